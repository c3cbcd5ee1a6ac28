"""What lies in the bin about somebody is found, and goes with them."""

from __future__ import annotations

from dihya_db.models import BinRow
from dihya_db.people import drop, known_by
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import func, select

from .harbour import Boats, Letters, Sailors


def test_somebody_whose_row_was_removed_is_found(moored):
    """By an address in any spelling, not by a name, which others may bear too."""
    with moored.act(actor=SYSTEM) as act:
        Sailors(act.session).remove(moored.sailor)
        found = known_by(" ANN@example.org ")
        assert found == [Subject("harbour_sailors", str(moored.sailor), "harbour")]
        assert known_by("Ann Bonny") == [] == known_by("")


def test_former_values_lead_to_their_person(moored):
    """An address of before finds who had it."""
    with moored.act(actor=SYSTEM) as act:
        Sailors(act.session).change(moored.sailor, {"email": "anne@example.org"})
        assert [one.key for one in known_by("ann@example.org")] == [str(moored.sailor)]


def test_a_row_about_them_goes_in_all_its_parts(moored):
    """A letter to somebody else cannot be put back without its words, nor a buoy's link to a boat that is gone."""
    with moored.act(actor=SYSTEM) as act:
        reader = Sailors(act.session).add({"name": "Bob"}).id
        letter = Letters(act.session).add({"sender_id": moored.sailor, "reader_id": reader, "words": "w", "mark": "m"})
        Letters(act.session).remove(letter.id)
        Boats(act.session).remove(moored.boat)
        (told,) = drop(Subject("harbour_sailors", str(moored.sailor), "harbour"))
        assert (told.source, told.removed) == ("db_bin", 5)
        assert drop(Subject("harbour_sailors", str(reader), "harbour")) == []
        assert act.session.scalar(select(func.count()).select_from(BinRow)) == 0


def test_rows_about_somebody_else_stay_in_the_bin(moored):
    """Of two people who were removed, the one who is not erased can be put back."""
    with moored.act(actor=SYSTEM) as act:
        other = Sailors(act.session).add({"name": "Bob"}).id
        for sailor in (moored.sailor, other):
            Sailors(act.session).remove(sailor)
        drop(Subject("harbour_sailors", str(moored.sailor), "harbour"))
        assert set(act.session.scalars(select(BinRow.key).where(BinRow.source == "harbour_sailors"))) == {str(other)}
