"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("audit:read", Text("read the audit log", "lire le journal d’audit"), ("admin", "dpo", "auditeur")),
)
