"""Who may what."""

from dihya_hookspecs.access import Permission, Role
from dihya_hookspecs.i18n import Text

ROLES = (Role("holes:staff", Text("Staff", "Équipe")),)
PERMISSIONS = (Permission("holes:use", Text("use the pages", "utiliser les pages"), ("user", "admin", "holes:staff")),)
