"""The outbox: one row an event, in the transaction of its act."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from dihya_events import service
from dihya_events.models import Published
from dihya_events.service import EventOutbox
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Database
from dihya_hookspecs.events import event
from sqlalchemy import event as sql_events
from sqlalchemy import select

TIN = Actor("p1", "Tin", frozenset({"admin"}))


def rows(app):
    with app.act() as act:
        return [(row.name, row.payload) for row in act.session.scalars(select(Published).order_by(Published.id))]


def test_publishing_is_one_row_in_the_act(start, sung):
    """An event costs one statement, and says whose it is, who acted and in which act."""
    app, statements = start(), []
    with app.act("routes.create", actor=TIN) as act:
        engine = act.get(Database).engine
        sql_events.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        act.session.connection()
        statements.clear()
        act.publish(sung("hymn", 2))
        written = [statement for statement in statements if not statement.startswith("BEGIN")]
        assert len(written) == 1 and written[0].startswith("INSERT INTO events_published")
        where = act.id
    with app.act() as act:
        row = act.session.scalars(select(Published)).one()
        assert (row.name, row.payload) == ("fake.sung", {"song": "hymn", "times": 2, "mood": "glad"})
        assert (row.plugin, row.actor, row.act) == ("fake", "p1", where)


def test_an_event_is_undone_with_its_act_and_with_its_savepoint(start, sung):
    """Neither an act that fails, nor undo(), nor a savepoint that is rolled back leaves an event; keep() leaves it."""
    app = start()
    with pytest.raises(KeyError), app.act() as act:
        act.publish(sung("failed"))
        raise KeyError
    with app.act() as act:
        act.publish(sung("undone"))
        act.undo()
        savepoint = act.session.begin_nested()
        act.publish(sung("in-a-savepoint"))
        savepoint.rollback()
        act.publish(sung("said"))
    with pytest.raises(KeyError), app.act() as act:
        act.publish(sung("kept"))
        act.keep()
        act.publish(sung("not-kept"))
        raise KeyError
    assert {payload["song"] for _, payload in rows(app)} == {"said", "kept"}


def test_what_fits_no_event_is_refused_in_one_sentence(start, sung):
    """A wrong field, an object that is no event, an event that nobody registers, another class under its name."""

    @event("fake.danced", permission="fake:hear")
    @dataclass(frozen=True)
    class Danced:
        dance: str

    @event("fake.sung", permission="fake:hear")
    @dataclass(frozen=True)
    class Forged:
        song: str

    app = start()
    for wrong, words in (
        (sung("tin@example.org"), "event 'fake.sung': field 'song' is str that does not fit"),
        (sung("a", "2"), "field 'times' is str that does not fit; give integer"),
        (sung("a", 1, "angry"), "field 'mood' is str that does not fit; give one of 'glad', 'sad'"),
        (object(), "'object' is no event"),
        (Danced("a"), "no active plugin registers event 'fake.danced'"),
        (Forged("a"), "event 'fake.sung' belongs to plugin 'fake', which registers another class"),
    ):
        with pytest.raises(Invalid, match=words), app.act() as act:
            act.publish(wrong)
    assert rows(app) == []


def test_people_see_the_events_that_they_may_see(start, publish, deliver):
    """The permission of an event decides, and who got it stands beside."""
    app = start(ear=lambda act, event, key: None)
    publish(app, "hymn")
    deliver(app)
    with app.act(actor=TIN) as act:
        (seen,) = act.get(EventOutbox).recent()
        assert [(one.subscriber, one.state) for one in seen.receipts] == [("ear.ear", "done")]
    with app.act(actor=Actor("p2", "Anna", frozenset({"auditeur"}))) as act:
        assert act.get(EventOutbox).recent() == []


def test_the_health_check_says_what_waits_and_fails_when_nobody_hands_out(start, publish, monkeypatch):
    """An event that nobody hands out for two minutes makes it fail."""
    from datetime import timedelta

    app = start()
    publish(app, "hymn")
    with app.act():
        assert service.probe() == "1 events to be handed out"
    monkeypatch.setattr(service, "PATIENCE", timedelta(0))
    with app.act(), pytest.raises(DihyaError, match="nobody hands events out"):
        service.probe()
