"""The draft of a report to the authority, as a page and as plain text."""

from __future__ import annotations

import uuid

from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response

from .breach_report import parts, plain
from .breaches import Breach, Breaches

breach_pages = Blueprint("rgpd_breach", __name__, url_prefix="/rgpd/breaches")


@breach_pages.get("/<uuid:id>/report")
@requires("rgpd:read_breaches")
def report(id: uuid.UUID) -> Response:
    """Show the draft of the report to the authority, with the fields of article 33(3)."""
    breach = _breach(id)
    return get(Layout).page(
        "rgpd/report.html", title=_("Report to the authority – draft"), breach=breach, parts=parts(breach)
    )


@breach_pages.get("/<uuid:id>/report.txt")
@requires("rgpd:read_breaches")
def report_file(id: uuid.UUID) -> Response:
    """Download the draft as plain text."""
    answer = Response(plain(_breach(id)), mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="report.txt"'
    return answer


def _breach(id: uuid.UUID) -> Breach:
    return get(Breaches).consult(id)
