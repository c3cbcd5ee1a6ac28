"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

from .counting import over, pending, unanswered, undecided, weighed

PAGES = (
    Page("rgpd", Text("People’s data", "Données des personnes"), "/rgpd/", "rgpd:read", "trust", 20, "shield"),
    Page(
        "rgpd.requests",
        Text("Requests of people", "Demandes des personnes"),
        "/rgpd/requests/",
        "rgpd:read_requests",
        "trust",
        21,
        "shield",
        unanswered,
    ),
    Page(
        "rgpd.consents",
        Text("Consents", "Consentements"),
        "/rgpd/consents/",
        "rgpd:read_consents",
        "trust",
        22,
        "shield",
    ),
    Page(
        "rgpd.objections",
        Text("Objections", "Oppositions"),
        "/rgpd/objections/",
        "rgpd:read_consents",
        "trust",
        22,
        "shield",
        weighed,
    ),
    Page(
        "rgpd.breaches",
        Text("Breaches of data", "Violations de données"),
        "/rgpd/breaches/",
        "rgpd:read_breaches",
        "trust",
        21,
        "shield",
        lambda: len(undecided()),
    ),
    Page(
        "rgpd.receipts", Text("Receipts", "Récépissés"), "/rgpd/receipts/", "rgpd:read", "trust", 22, "shield", pending
    ),
    Page(
        "rgpd.holds",
        Text("Legal holds", "Conservations légales"),
        "/rgpd/legal_holds/",
        "rgpd:read",
        "trust",
        23,
        "shield",
    ),
    Page(
        "rgpd.restrictions",
        Text("Restrictions", "Limitations"),
        "/rgpd/restrictions/",
        "rgpd:read",
        "trust",
        23,
        "shield",
    ),
    Page(
        "rgpd.register",
        Text("Register of processing", "Registre des traitements"),
        "/rgpd/register",
        "rgpd:read",
        "trust",
        24,
        "shield",
    ),
    Page(
        "rgpd.assessments",
        Text("Impact assessments", "Analyses d’impact"),
        "/rgpd/assessments/",
        "rgpd:read_assessments",
        "trust",
        24,
        "shield",
        over,
    ),
    Page(
        "rgpd.notice",
        Text("Privacy notice", "Notice d’information"),
        "/rgpd/notice",
        "rgpd:read",
        "trust",
        24,
        "shield",
    ),
)
