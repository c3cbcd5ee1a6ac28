"""Who may do what beside the lists."""

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (Permission("shelf:late", Text("see what is late", "voir les retards"), ("user", "admin")),)
