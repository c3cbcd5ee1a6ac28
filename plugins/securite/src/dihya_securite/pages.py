"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Application, Link, Page

APPLICATION = Application(Text("Sign-in and people", "Connexion et personnes"), "people")
PAGES = (
    Page("people", Text("People", "Personnes"), "/securite/people/", "securite:people", "system", 20, "people"),
    Page("keys", Text("My API keys", "Mes clés d’API"), "/securite/keys/", "securite:keys", "system", 91, "key-round"),
    Page("account", Text("My account", "Mon compte"), "/securite/account/", "securite:account", "system", 90, "person"),
)

LINKS = (
    Link("sign-in", "/securite/sign-in"),
    Link("sign-out", "/securite/sign-out"),
    Link("account", "/securite/account/", "securite:account"),
)
