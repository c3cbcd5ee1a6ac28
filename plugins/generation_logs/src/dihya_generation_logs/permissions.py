"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission(
        "generation_logs:read",
        Text("read how generations came to be", "consulter l’origine des générations"),
        ("admin", "dpo", "auditeur"),
    ),
)
