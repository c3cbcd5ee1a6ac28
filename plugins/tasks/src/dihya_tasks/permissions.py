"""Who sees and who manages the tasks."""

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("tasks:read", Text("see the background tasks", "voir les tâches de fond"), ("admin", "auditeur")),
    Permission("tasks:manage", Text("cancel, replay and drop tasks", "annuler, relancer et abandonner des tâches")),
)
