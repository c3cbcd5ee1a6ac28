"""The notice to people as a page for the officer, as a file, and, where the setting says so, for everybody."""

from __future__ import annotations

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import public, requires
from flask import Blueprint, Response

from .notice import markdown, written
from .settings import Settings

notice_pages = Blueprint("rgpd_notice", __name__, url_prefix="/rgpd")


@notice_pages.get("/notice")
@requires("rgpd:read")
def show() -> Response:
    """Show the notice, with what is missing in it."""
    found = written()
    return get(Layout).page(
        "rgpd/notice.html", title=found.title, notice=found, published=get(Settings).notice_public, desk=True
    )


@notice_pages.get("/notice.txt")
@requires("rgpd:read")
def download() -> Response:
    """Download the notice as plain text (Markdown), in the reader's language."""
    answer = Response(markdown(written()), mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="notice.txt"'
    return answer


@notice_pages.get("/privacy")
@public("people read here what is done with their data; nobody does until a setting opens it")
def publish() -> Response:
    """Show the notice to everybody, where the setting says so."""
    if not get(Settings).notice_public:
        raise NotFound(_("the notice is not published; ask who runs this application for it"))
    found = written()
    return get(Layout).page("rgpd/notice.html", title=found.title, notice=found, desk=False)
