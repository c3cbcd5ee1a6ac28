"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import SIGNED_IN, Permission, Role
from dihya_hookspecs.i18n import Text

PLUGINS, INSTALL, HEALTH, USE = "console:plugins", "console:install", "console:health", "console:use"
INSTALLER = "console:installer"
ROLES = (Role(INSTALLER, Text("Plugin installer", "Installateur de plugins")),)
PERMISSIONS = (
    Permission(USE, Text("see applications at a glance, and search", "voir les applications d’un coup d’œil, et rechercher"), (SIGNED_IN,)),
    Permission(PLUGINS, Text("switch plugins on and off", "activer et désactiver les plugins"), ("admin", INSTALLER)),
    # Whoever brings code onto the server may do anything there: nobody has this by being an administrator.
    Permission(INSTALL, Text("install, upgrade and remove plugins", "installer, mettre à jour et retirer des plugins"), (INSTALLER,)),
    Permission(HEALTH, Text("see the state of the application", "voir l’état de l’application"), ("admin", "auditeur")),
)  # fmt: skip
