"""One's own data in a browser: the page behind the card of one's account."""

from __future__ import annotations

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import limited, requires
from flask import Blueprint, redirect, request, url_for

from . import rights
from .desk import archive, opened
from .models import RIGHTS, STATES
from .own import OwnData, tables_of
from .settings import Settings

own_pages = Blueprint("rgpd_own", __name__, url_prefix="/rgpd/mine")


@own_pages.get("/")
@requires("rgpd:own")
def show():
    """Show in which tables something is held about me, my rights, and what became of my requests."""
    current().record("rgpd.looked")
    return _page()


@own_pages.post("/export")
@requires("rgpd:own", confirmed=True)
@limited(10, by="person")
def take():
    """Download everything that is held under my account, or what I take along."""
    current().record("rgpd.taken")
    return archive(OwnData(opened()).subjects(), bool(request.form.get("portable")))


@own_pages.post("/requests")
@requires("rgpd:own")
def ask():
    """Send a request about my data."""
    try:
        OwnData(opened()).ask(request.form.get("asks", ""), request.form.get("wish", ""))
    except Invalid as error:
        current().undo()
        return _page(error.message, error.status)
    get(Layout).flash(_("Your request is sent. It is to be answered within a month."), "success")
    return redirect(f"{url_for('rgpd_own.show')}#requests", 303)


def _page(error: str = "", status: int = 200):
    mine = OwnData(opened())
    places = mine.places()
    bases = [place.basis for place in places]
    return get(Layout).page(
        "rgpd/mine.html",
        title=_("My data"),
        status=status,
        error=error,
        typed={name: request.form.get(name, "") if error else "" for name in ("asks", "wish")},
        tables=tables_of(places),
        rights=rights.of(bases),
        called=rights.called(),
        choices=[(name, rights.right(name)) for name in RIGHTS],
        nowhere=[rights.right(name) for name in rights.nowhere(bases)],
        sent=mine.sent(),
        words_of_right=rights.right,
        words_of_state=lambda state: Text(*STATES[state]),
        settings=get(Settings),
    )
