"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission(
        "docs:read",
        Text("read the description of the API", "lire la description de l’API"),
        ("admin", "dpo", "auditeur", "user"),
    ),
)
