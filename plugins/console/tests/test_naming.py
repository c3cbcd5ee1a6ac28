"""What records are called for those who know table and key."""

from __future__ import annotations

import uuid
from typing import Any

from dihya_hookspecs.access import Actor
from dihya_hookspecs.naming import RecordName, RecordNames

READER = Actor("p1", "Tin", frozenset({"user"}))


def test_records_are_named_by_their_captions(app: Any) -> None:
    """With the way to them; one that is gone says so, and what is no record of a resource is left out."""
    made = app.client("admin").post("/demo/members/new", data={"name": "Tin", "plan": "full", "active": "on"})
    id, gone = made.headers["Location"].rsplit("/", 1)[-1], str(uuid.uuid4())
    asked = [("demo_members", id), ("demo_members", gone), ("demo_members", "7"), ("other_things", id)]
    with app.act(actor=READER) as act:
        found = act.get(RecordNames).of(asked)
    assert found == {
        ("demo_members", id): RecordName("Tin", False, f"/demo/members/{id}", ""),
        ("demo_members", gone): RecordName("", True),
    }
    with app.act(actor=Actor("p2", "Root", frozenset({"admin"}))) as act:
        assert act.get(RecordNames).of(asked)["demo_members", id].history == f"/demo/members/{id}/history"


def test_who_may_not_read_a_list_learns_no_names(app: Any) -> None:
    """Not even whether a record is there."""
    with app.act(actor=Actor("p2", "Yuba", frozenset())) as act:
        assert act.get(RecordNames).of([("demo_members", str(uuid.uuid4()))]) == {}
