"""Who may do what beside the list."""

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("album:pictures", Text("see and bring pictures", "voir et apporter des images"), ("user", "admin")),
)
