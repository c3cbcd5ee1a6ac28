"""Rows that wait: only what this application has written, whole and once, gets a place."""

from __future__ import annotations

import json

import pytest
from dihya_audit.continuation import ACTION
from dihya_audit.sequencer import Stopped
from dihya_hookspecs import DihyaError, Invalid
from sqlalchemy import text


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
