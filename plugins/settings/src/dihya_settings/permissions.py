"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import SIGNED_IN, Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("settings:read", Text("see the settings", "voir les réglages"), ("admin", "auditeur")),
    Permission("settings:write", Text("change the settings", "modifier les réglages")),
    Permission("settings:own", Text("choose one’s own settings", "choisir ses propres réglages"), (SIGNED_IN,)),
)
