"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

from .counting import pending

PAGES = (
    Page("rgpd", Text("People’s data", "Données des personnes"), "/rgpd/", "rgpd:read", "trust", 20, "shield"),
    Page("rgpd.receipts", Text("Demands", "Demandes"), "/rgpd/receipts/", "rgpd:read", "trust", 21, "shield", pending),
    Page(
        "rgpd.holds",
        Text("Legal holds", "Conservations légales"),
        "/rgpd/legal_holds/",
        "rgpd:read",
        "trust",
        22,
        "shield",
    ),
)
