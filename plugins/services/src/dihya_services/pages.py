"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Application, Page

APPLICATION = Application(Text("Create", "Créer"), "spark", 10)
PAGES = (
    Page("services", Text("New project", "Nouveau projet"), "/services/", "services:generate", "work", 1, "spark"),
    Page(
        "generations", Text("Generations", "Générations"), "/services/generations/", "services:read", "work", 2, "list"
    ),
    Page("stats", Text("Record", "Bilan"), "/services/stats", "services:oversee", "work", 3, "list"),
)
