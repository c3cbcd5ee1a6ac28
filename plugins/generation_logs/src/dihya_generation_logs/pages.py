"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

PAGES = (
    Page(
        "generation_logs",
        Text("Provenance of projects", "Provenance des projets"),
        "/generation_logs/generations/",
        "generation_logs:read",
        section="trust",
    ),
)
