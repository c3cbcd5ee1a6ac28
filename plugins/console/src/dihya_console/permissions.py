"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PLUGINS, HEALTH = "console:plugins", "console:health"
PERMISSIONS = (
    Permission(PLUGINS, Text("switch plugins on and off", "activer et désactiver les plugins"), ("admin",)),
    Permission(HEALTH, Text("see the state of the application", "voir l’état de l’application"), ("admin", "auditeur")),
)
