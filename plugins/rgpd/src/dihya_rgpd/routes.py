"""The pages of the desk where people's demands are carried out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import tables
from dihya_hookspecs.rgpd import Subject
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, redirect, request, url_for

from . import register as register_of
from . import rights
from .api import api
from .assessments import needs
from .breach_routes import breach_pages
from .captions import captions_of
from .consent_pages import consent_api, consent_pages
from .consents import opened as consents
from .consents import ways
from .desk import archive, once_committed, opened
from .models import RIGHTS
from .notice_routes import notice_pages
from .objection_pages import objection_api, objection_pages
from .objections import Objections
from .outcome import remains
from .own_api import own_api
from .own_pages import own_pages
from .settings import Settings
from .touched_routes import touched_pages
from .wording import titled, words_of

pages = Blueprint("rgpd", __name__)


@pages.get("/")
@requires("rgpd:read")
def index():
    """Show the desk: the search, and the newest demands."""
    return get(Layout).page("rgpd/index.html", title=_("People’s data"), demands=opened().receipts.recent())


@pages.post("/person")
@requires("rgpd:read")
def person():
    """Show where data about a person lies. By POST, since an address must not stand in URLs and logs."""
    desk = opened()
    found = desk.look_up(request.form.get("identifier", ""))
    current().record("rgpd.find", subjects=len(found.subjects))
    places, asked = desk.places(found.subjects) if found.subjects else [], request.form.get("asks", "")
    return get(Layout).page(
        "rgpd/person.html",
        title=_("Where the data lies"),
        found=found,
        places=[(place, words_of(place)) for place in places],
        rights=rights.of(place.basis for place in places),
        called=rights.called(),
        asked=rights.right(asked) if asked in RIGHTS else "",
        asked_holds=rights.holds(asked, [place.basis for place in places]),
        captions=captions_of(desk, [*found.subjects, *found.candidates]),
        holds=desk.holds.on(found.subjects),
        restrictions=desk.restrictions.on(found.subjects),
        consents=consents().lines(found.subjects),
        ways=ways(),
        objections=get(Objections).lines(found.subjects),
        open_to=get(Objections).open_to(),
    )


@pages.post("/export")
@requires("rgpd:export")
def export():
    """Download everything that is held about the subjects, or what they take along."""
    return archive(_chosen(), bool(request.form.get("portable")))


@pages.post("/confirm")
@requires("rgpd:erase")
def confirm():
    """Show what erasing would remove, anonymise and retain."""
    subjects = _chosen()
    return get(Layout).page(
        "rgpd/confirm.html",
        title=_("Erase this person’s data"),
        subjects=subjects,
        captions=captions_of(opened(), subjects),
        erasures=opened().foresee(subjects),
        titled=titled,
    )


@pages.post("/erase")
@requires("rgpd:erase", confirmed=True)
def erase():
    """Erase, and show what became of the data."""
    outcome = opened().fulfil(_chosen())

    def page(receipt):
        return get(Layout).page(
            "rgpd/erased.html",
            title=_("Result of the erasure"),
            outcome=outcome,
            done=receipt.state == "done",
            remains=remains(receipt),
            titled=titled,
        )

    return once_committed(outcome, page)


@pages.get("/retention")
@requires("rgpd:read")
def retention():
    """Show what has been kept for long enough, now and within a month, and the legal holds."""
    desk, today = opened(), datetime.now(UTC).date()
    return get(Layout).page(
        "rgpd/retention.html",
        title=_("What expires"),
        over=desk.expiring(today),
        soon=desk.expiring(today + timedelta(days=30)),
        holds=desk.holds.all(),
        restrictions=desk.restrictions.all(),
        automatic=get(Settings).retention,
        titled=titled,
    )


@pages.post("/retention")
@requires("rgpd:erase", confirmed=True)
def expire():
    """Remove or empty what is over, and show what is left."""
    opened().expire(datetime.now(UTC).date())
    return redirect(url_for("rgpd.retention"), 303)


@pages.get("/register")
@requires("rgpd:read")
def register():
    """Show the register of processing activities, plugin by plugin."""
    lines = register_of.opened().lines()
    groups = [(plugin, list(found)) for plugin, found in groupby(lines, key=lambda line: line.plugin)]
    return get(Layout).page(
        "rgpd/register.html", title=_("Register of processing"), groups=groups, settings=get(Settings), needs=needs()
    )


@pages.get("/register.csv")
@requires("rgpd:read")
def register_file():
    """Download the register as a CSV in the reader's language."""
    answer = Response(tables.chunks(register_of.written(register_of.opened().lines())), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="register.csv"'
    return answer


@pages.post("/hold")
@requires("rgpd:hold")
def hold():
    """Place a legal hold on the subjects."""
    opened().hold(_chosen(), request.form.get("reason", ""))
    return redirect(url_for("rgpd.retention"), 303)


@pages.post("/restrict")
@requires("rgpd:restrict")
def restrict():
    """Restrict the use of the subjects' data."""
    opened().restrict(_chosen(), request.form.get("reason", ""))
    return redirect(url_for("rgpd.retention"), 303)


@pages.post("/lift")
@requires("rgpd:restrict")
def lift():
    """Lift the restrictions on the subjects."""
    opened().lift(_chosen())
    return redirect(url_for("rgpd.retention"), 303)


@pages.post("/release")
@requires("rgpd:hold")
def release():
    """Release the legal holds on the subjects."""
    opened().release(_chosen())
    return redirect(url_for("rgpd.retention"), 303)


def _chosen() -> list[Subject]:
    """Return the subjects that the form names as ``table:key``."""
    found = []
    for text in request.form.getlist("subject"):
        table, _colon, key = text.partition(":")
        found.append(opened().subject(table, key))
    if not found:
        raise Invalid("no subject given; find the person first", flaws=[Flaw("/subject", "is missing")])
    return found


BLUEPRINTS = (
    pages, api, own_pages, own_api, consent_pages, consent_api, objection_pages, objection_api, notice_pages, breach_pages,
    touched_pages,
)  # fmt: skip
