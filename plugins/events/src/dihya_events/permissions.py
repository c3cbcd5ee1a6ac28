"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("events:read", Text("see what happened", "voir ce qui s’est passé"), ("admin", "auditeur")),
    Permission("events:manage", Text("replay deliveries", "relancer des remises")),
)
