"""Permissions and pages of the securite plugin."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

_ACCOUNT = ("admin", "dpo", "auditeur", "user")


def permissions() -> list[Permission]:
    """What this plugin asks for."""
    return [
        Permission("securite:people", Text("see and manage people", "voir et gérer les personnes")),
        Permission("securite:roles", Text("give people roles", "attribuer des rôles aux personnes")),
        Permission(
            "securite:account", Text("see and change one’s own account", "voir et modifier son compte"), _ACCOUNT
        ),
        Permission("securite:keys", Text("create one’s own API keys", "créer ses propres clés d’API"), _ACCOUNT),
    ]


PAGES = (
    Page("people", Text("People", "Personnes"), "/securite/people/", "securite:people", "system", 20, "people"),
    Page("account", Text("My account", "Mon compte"), "/securite/account/", "securite:account", "system", 90, "person"),
)
