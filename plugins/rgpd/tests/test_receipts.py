"""Receipts: what became of a demand, and nobody's name."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.rgpd import People, Subject


def subjects_of(who):
    return [Subject("canary_people", who[0], "canary")]


def test_a_receipt_names_nobody(world):
    """The receipt has counts and digests, and neither an id nor a personal value; the events neither."""
    for demand in ("export", "erase"):
        with world.app.act(demand) as act:
            getattr(act.get(People), demand)(subjects_of(world.tin))
    with world.app.act("look") as act:
        receipts = [
            {column.key: repr(getattr(row, column.key)) for column in row.__table__.columns}
            for row in act.get(People).receipts.recent()
        ]
    told = repr(receipts) + repr([asdict(event) for event in world.app.trail if event.action.startswith("rgpd")])
    assert len(receipts) == 2 and world.tin[0] not in told and "Canary" not in told
    assert {"rgpd.export", "rgpd.erase"} <= {event.action for event in world.app.trail}


def test_a_later_demand_finishes_an_earlier_one_about_the_same_people(world):
    """The earlier one was incomplete; one about somebody else stays so."""
    with world.app.act("demand") as act:
        receipts = act.get(People).receipts
        first, other = receipts.open("export", subjects_of(world.tin)), receipts.open("export", subjects_of(world.ada))
        for row in (first, other):
            row.result = {"missing": ["archive"]}
            receipts.conclude(row)
        last = receipts.open("export", subjects_of(world.tin))
        receipts.conclude(last)
        assert [row.state for row in (first, other, last)] == ["done", "incomplete", "done"]


def test_a_demand_that_is_not_there_is_said(world):
    """By a part of its name only, since anybody may ask for anything; and a demand is about somebody."""
    with world.app.act("look") as act:
        receipts = act.get(People).receipts
        with pytest.raises(NotFound, match="no demand 'x{40}'"):
            receipts.of("x" * 99)
        with pytest.raises(Invalid, match="no subject given"):
            receipts.open("export", ())
