"""Roles, permissions and pages of the securite plugin."""

from __future__ import annotations

from dihya_hookspecs.access import Permission, Role
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

_ACCOUNT = ("admin", "dpo", "auditeur", "user")

ROLES = (
    Role("admin", Text("Administrator", "Administrateur")),
    Role("dpo", Text("Data protection officer", "Délégué à la protection des données")),
    Role("auditeur", Text("Auditor", "Auditeur")),
    Role("user", Text("User", "Utilisateur")),
    Role("guest", Text("Guest", "Invité")),
)


def permissions() -> list[Permission]:
    """What this plugin asks for."""
    return [
        Permission("securite:people", Text("See and manage people", "Voir et gérer les personnes")),
        Permission("securite:roles", Text("Give people roles", "Attribuer des rôles aux personnes")),
        Permission(
            "securite:account", Text("See and change one’s own account", "Voir et modifier son compte"), _ACCOUNT
        ),
        Permission("securite:keys", Text("Create one’s own API keys", "Créer ses propres clés d’API"), _ACCOUNT),
    ]


PAGES = (
    Page("people", Text("People", "Personnes"), "/securite/people/", "securite:people", "house", 20, "people"),
    Page("account", Text("My account", "Mon compte"), "/securite/account/", "securite:account", "house", 90, "person"),
)
