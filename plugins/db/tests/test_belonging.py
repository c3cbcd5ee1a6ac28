"""Whom a row is about is found by what its columns declare."""

from __future__ import annotations

import uuid

from dihya_db.belonging import Belonging
from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import ShortText
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from .harbour import Boat, Letter, Sailor


class Rope(Model, subject="boat_id", purpose="sailing", basis="contract", retention="3y"):
    """Leads to a boat, which leads to a sailor."""

    __tablename__ = "harbour_ropes"
    id: Mapped[uuid.UUID] = key()
    boat_id: Mapped[uuid.UUID] = impersonal("which boat", ForeignKey(Boat.id))
    note: Mapped[str] = personal("user.content", ShortText(20))


def test_a_row_about_one_person_stays_whole(moored):
    """A person's own row, and one that leads to a person across another row."""
    with moored.act() as act:
        belonging, sailor = Belonging(act.session), ("harbour_sailors", str(moored.sailor))
        own = {"id": moored.sailor, "name": "Ann"}
        assert belonging.parts(Sailor.__table__, own) == {sailor: own}
        rope = {"boat_id": moored.boat, "note": "new"}
        assert belonging.parts(Rope.__table__, rope) == {sailor: rope}


def test_a_row_about_several_is_taken_apart(moored):
    """To each their own, and the links that lead to them; the rest is nobody's."""
    ann, bob = uuid.uuid4(), uuid.uuid4()
    with moored.act() as act:
        found = Belonging(act.session).parts(
            Letter.__table__, {"id": 1, "sender_id": ann, "reader_id": bob, "words": "w", "mark": "m"}
        )
    assert found[None] == {"id": 1}
    assert found["harbour_sailors", str(ann)] == {"sender_id": ann, "words": "w"}
    assert found["harbour_sailors", str(bob)] == {"reader_id": bob, "mark": "m"}


def test_a_row_that_leads_nowhere_is_nobodys(moored):
    """A link that is empty, or whose row is gone."""
    with moored.act() as act:
        belonging = Belonging(act.session)
        for boat in (None, uuid.uuid4()):
            assert set(belonging.parts(Rope.__table__, {"boat_id": boat, "note": "x"})) == {None}
