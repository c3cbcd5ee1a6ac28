"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import SIGNED_IN, Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("securite:people", Text("see and manage people", "voir et gérer les personnes")),
    Permission("securite:roles", Text("give people roles", "attribuer des rôles aux personnes")),
    Permission(
        "securite:account", Text("see and change one’s own account", "voir et modifier son compte"), (SIGNED_IN,)
    ),
    Permission("securite:keys", Text("create one’s own API keys", "créer ses propres clés d’API"), (SIGNED_IN,)),
)
