"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

_ACCOUNT = ("admin", "dpo", "auditeur", "user")
PERMISSIONS = (
    Permission("settings:read", Text("see the settings", "voir les réglages"), ("admin", "auditeur")),
    Permission("settings:write", Text("change the settings", "modifier les réglages")),
    Permission("settings:own", Text("choose one’s own settings", "choisir ses propres réglages"), _ACCOUNT),
)
