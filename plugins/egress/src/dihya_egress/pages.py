"""Where the page stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

PAGES = (
    Page(
        "egress",
        Text("Connections", "Connexions sortantes"),
        "/egress/",
        "egress:read",
        section="trust",
        order=60,
        icon="globe",
    ),
)
