"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

PAGES = (
    Page("rgpd", Text("People’s data", "Données des personnes"), "/rgpd/", "rgpd:read", "trust", 20, "shield"),
    Page("rgpd.receipts", Text("Demands", "Demandes"), "/rgpd/receipts/", "rgpd:read", "trust", 21, "shield"),
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
