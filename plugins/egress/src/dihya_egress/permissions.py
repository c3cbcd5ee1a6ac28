"""Who may see where the application connects to."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission(
        "egress:read",
        Text("see which hosts the application may call", "voir quels hôtes l’application peut appeler"),
        ("admin", "dpo", "auditeur"),
    ),
)
