"""Rows that wait: only what this application has written, whole and once, gets a place."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from dihya_audit.continuation import ACTION
from dihya_audit.outbox import flaw_of, hold, store_held
from dihya_audit.sequencer import Stopped
from dihya_hookspecs import DihyaError, Invalid
from sqlalchemy import event, text
from sqlalchemy.orm import Session


def test_nobody_but_the_command_records_a_continuation(world):
    """An act that records an event of that name is undone, and a row in the outbox is set aside."""
    with pytest.raises(Invalid, match="audit accept"):
        world.write(1, action=ACTION)


def test_a_row_of_the_outbox_that_we_did_not_write_is_set_aside(world):
    """Garbage, an edited event, a forged one and a copy are named and wait for a person; all others get their places."""
    world.write(3)
    world.sequencer.drain()
    row = "INSERT INTO audit_outbox (actor, envelope, seal) "
    with world.engine.connect() as connection:
        envelope = connection.execute(text("SELECT envelope FROM audit_entries WHERE position = 1")).scalar()
    world.write(3)
    with world.engine.begin() as connection:
        connection.execute(text(f"{row} VALUES ('p1', 'garbage', 'x')"))
        connection.execute(text(f"{row} VALUES ('p1', :envelope, 'x')"), {"envelope": envelope})
        connection.execute(text(f"{row} SELECT actor, envelope, seal FROM audit_outbox WHERE id = 5"))
        connection.execute(text("UPDATE audit_outbox SET envelope = replace(envelope, 'p1', 'p2') WHERE id = 6"))
        connection.execute(text("UPDATE audit_outbox SET actor = 'p2' WHERE id = 4"))
    world.write(2)
    world.sequencer.drain()
    with pytest.raises(DihyaError, match="row 4 of audit_outbox was set aside"):
        world.log.probe()
    report = world.log.verify()
    assert {finding.kind for finding in report.findings} == {"waiting"} and len(report.findings) == 5
    assert report.size == 6, "three, one of the second three, and two"
    world.write(1)
    assert world.sequencer.drain() == 1
    found = world.log.accept("somebody wrote into the table by hand", "p1", "act-accept")
    assert len(found.flaws) == 5 and [json.loads(flaw)[0] for flaw in found.flaws] == ["waiting"] * 5
    assert world.log.verify().ok and world.log.probe()


def test_an_event_removed_before_it_had_its_place_is_missed(world):
    """A row that vanished from the outbox leaves a gap in its numbers, and the log stops there."""
    world.write(3)
    world.sequencer.drain()
    world.write(3)
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_outbox WHERE id = 5"))
    with pytest.raises(Stopped, match="1 of the events that waited"):
        world.sequencer.drain()
    world.log.accept("seen", None, "act-accept")
    assert world.log.verify().ok and world.log.verify().size == 6


def test_what_is_held_is_stored_together_and_in_order(world, make_event):
    """Events of one act cost one statement, and keep the order in which they came."""
    told = []
    event.listen(world.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    with Session(world.engine) as session:
        assert [hold(make_event(), session) for _ in range(3)] == [1, 2, 3]
        assert told == []
        store_held(session, world.log.signer)
        session.commit()
    assert [statement[:24] for statement in told] == ["INSERT INTO audit_outbox"]
    world.sequencer.drain()
    assert [entry.event.object for entry in world.log.search()] == [f"toys_things:{number}" for number in (2, 1, 0)]
    assert world.log.verify().ok


def test_what_was_held_is_gone_with_its_transaction(world, make_event):
    """Events of an act that was undone are not stored with those of its attempt, whatever becomes of the session."""
    with Session(world.engine) as session:
        hold(make_event(), session)
        session.rollback()
        assert hold(make_event(), session) == 1
        store_held(session, world.log.signer)
        session.commit()
    assert world.sequencer.drain() == 1
    assert [entry.event.object for entry in world.log.search()] == ["toys_things:1"]


def test_what_cannot_be_stored_is_refused_at_once(world, make_event):
    """An event without a canonical form undoes the act where it is recorded, though others are held."""
    with Session(world.engine) as session:
        hold(make_event(), session)
        with pytest.raises(Invalid, match="cannot be stored"):
            hold(make_event(facts={"price": 1.5}), session)


@pytest.mark.parametrize(("envelope", "seal"), [(b"{}", "x"), ("{}", b"x"), (None, None)])
def test_what_is_no_text_is_told_before_anything_is_made_of_it(world, envelope, seal):
    """SQLite takes bytes and nothing into a column of text; whoever reads them is not thrown out."""
    assert flaw_of(SimpleNamespace(envelope=envelope, seal=seal), world.log.signer) == "it is not text"
