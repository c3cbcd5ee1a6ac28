"""Who may see that somebody wanted to be reminded."""

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (Permission("nudge:see", Text("see reminders", "voir les rappels"), ("admin",)),)
