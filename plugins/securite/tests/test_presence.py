"""The day on which somebody was last here."""

from __future__ import annotations

import datetime as dt
import uuid

from dihya_hookspecs.rgpd import Retention
from dihya_securite.models import LastSeen, Person, SignIn
from dihya_securite.recent import IdentityCache
from sqlalchemy import update


def test_a_visit_notes_the_day_and_no_more(place, add, sign_in):
    """A sign-in does, and the first request of another day; the log does not say it again."""
    app = place(session_idle=4320)
    id = uuid.UUID(add(app, "tin@example.org"))
    with app.act() as act:
        assert act.session.get(Person, id).last_seen is None
    client = sign_in(app, "tin@example.org")
    with app.act() as act:
        today = act.session.get(Person, id).last_seen
    assert type(today) is dt.date
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(hours=30)
    with app.act() as act:
        act.session.execute(update(LastSeen).values(seen_on=yesterday.date()))
        act.session.execute(update(SignIn).values(seen_at=yesterday))
        act.get(IdentityCache).forget_with(act.session)
    assert client.get("/securite/account/").status_code == 200
    with app.act() as act:
        assert act.session.get(Person, id).last_seen >= today
    assert not [event for event in app.trail if "last_seen" in str(event.object)]


def test_the_register_says_why_it_is_known_and_for_how_long():
    """It is personal, has a purpose of its own, and goes a year after the day."""
    declared = LastSeen.__table__.columns["seen_on"].info["rgpd"]
    assert declared.basis == "legitimate_interest" and "accounts" in declared.purpose.en
    assert "seen_on" in Retention.parse(declared.retention).starts
