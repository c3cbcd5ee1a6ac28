"""Who may what."""

from dihya_hookspecs.access import Role
from dihya_hookspecs.i18n import Text

ROLES = (Role("walked:desk", Text("Desk", "Guichet")),)
