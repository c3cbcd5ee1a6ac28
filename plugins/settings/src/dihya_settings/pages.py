"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Link, Page

PAGES = (
    Page("settings", Text("Settings", "Réglages"), "/settings/", "settings:read", "system", 20, "settings"),
    Page(
        "settings.mine", Text("My settings", "Mes réglages"), "/settings/mine/", "settings:own", "system", 91, "user-round"
    ),
)  # fmt: skip
LINKS = (Link("settings", "/settings/", "settings:read"),)
