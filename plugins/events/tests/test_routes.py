"""The page of the events."""

from __future__ import annotations

import pytest
from dihya_events.service import EventOutbox
from dihya_hookspecs.access import OPERATOR

PAGES = ("console", "static", "i18n")
ENGLISH = {"i18n": {"default": "en"}}


def test_the_page_shows_what_happened_and_who_got_it(start, publish, deliver):
    """Event, payload, receipt and who listens."""
    app = start(*PAGES, ear=lambda act, event, key: None, config=ENGLISH)
    assert "Nothing has happened" in app.client("admin").get("/events/").text
    publish(app, "hymn")
    deliver(app)
    page = app.client("admin").get("/events/").text
    assert "song=hymn" in page and "ear.ear" in page and "Got it" in page


def test_who_may_not_see_an_event_does_not_see_it(start, publish, deliver):
    """The page is for readers of events; each event has a permission of its own."""
    app = start(*PAGES, ear=lambda act, event, key: None, config=ENGLISH)
    publish(app, "hymn")
    deliver(app)
    assert "song=hymn" not in app.client("auditeur").get("/events/").text
    assert app.client("user").get("/events/").status_code == 403


@pytest.mark.parametrize(("role", "status"), [("auditeur", 403), ("admin", 409)])
def test_replaying_is_for_who_manages_and_for_what_failed(start, publish, deliver, role, status):
    """A delivery that went well cannot be replayed, and a reader replays nothing."""
    app = start(*PAGES, ear=lambda act, event, key: None)
    publish(app, "hymn")
    deliver(app)
    with app.act(actor=OPERATOR) as act:
        (seen,) = act.get(EventOutbox).recent()
    assert app.client(role).post(f"/events/{seen.id}/ear.ear/replay").status_code == status


def test_the_page_speaks_french(start, publish):
    """What people read comes from the catalogue."""
    app = start(*PAGES)
    assert "Événements" in app.client("admin").get("/events/", headers={"Accept-Language": "fr"}).text
