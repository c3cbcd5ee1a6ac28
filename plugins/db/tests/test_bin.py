"""What is removed or changed lies in the bin, and comes back whole or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from dihya_db.models import BinRow
from dihya_hookspecs import Invalid, NotFound, Refused
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.bin import Bin
from dihya_hookspecs.resources.undoing import Undoing
from sqlalchemy import func, select

from .harbour import Boat, Boats, Buoy, Letters, Sailor, Sailors, actor, resource


def row(session, model, id):
    """Every value of a row but its version, and when it was changed."""
    found = session.execute(select(model.__table__).where(model.id == id)).mappings().one()
    return {name: value for name, value in found.items() if name not in ("version", "changed_at")}


def remove(app, service, id, actor=SYSTEM):
    """Remove a record, and return what lies in the bin then."""
    with app.act(actor=actor) as act:
        service(act.session).remove(id)
        return Undoing(service(act.session)).removed()[0]


def test_a_removed_record_comes_back_with_all_that_went_with_it(moored):
    """Every kind of value, secrets, rows that the database removed along and links that it emptied; the version has moved on."""
    with moored.act(actor=SYSTEM) as act:
        before = [
            row(act.session, model, id)
            for model, id in ((Sailor, moored.sailor), (Boat, moored.boat), (Buoy, moored.buoy))
        ]
    kept = remove(moored, Sailors, moored.sailor)
    assert (kept.kind, kept.key, kept.others, "pin" in kept.values) == ("removed", str(moored.sailor), 1, False)
    with moored.act(actor=SYSTEM) as act:
        assert act.session.get(Boat, moored.boat) is None and act.session.get(Buoy, moored.buoy).boat_id is None
        sailor = Undoing(Sailors(act.session)).put_back(kept.id)
        assert sailor.version == 2
    with moored.act(actor=SYSTEM) as act:
        after = [
            row(act.session, model, id)
            for model, id in ((Sailor, moored.sailor), (Boat, moored.boat), (Buoy, moored.buoy))
        ]
        assert after == before
        assert act.session.scalar(select(func.count()).select_from(BinRow)) == 0
    assert {"insert", "db.put_back"} <= {event.action for event in moored.trail}


def test_what_lies_in_the_bin_takes_no_place(moored):
    """A unique value is free again; who then has it keeps it, and putting back is refused with one sentence."""
    kept = remove(moored, Sailors, moored.sailor)
    with moored.act(actor=SYSTEM) as act:
        Sailors(act.session).add({"name": "Bob", "email": "ann@example.org"})
    with moored.act(actor=SYSTEM) as act, pytest.raises(Invalid) as refused:
        Undoing(Sailors(act.session)).put_back(kept.id)
    assert (refused.value.code, refused.value.status) == ("place-taken", 409)
    assert "another record has the same “email” by now" in str(refused.value)
    with moored.act(actor=SYSTEM) as act:
        assert Undoing(Sailors(act.session)).removed()[0].id == kept.id


def test_rules_hold_for_what_comes_back(moored):
    """A berth that somebody else has taken meanwhile stays theirs."""
    kept = remove(moored, Boats, moored.boat)
    with moored.act(actor=SYSTEM) as act:
        Boats(act.session).add({"sailor_id": moored.sailor, "berth": "A1", "from_day": dt.date(2026, 6, 1)})
    with moored.act(actor=SYSTEM) as act, pytest.raises(Invalid, match="at the same time"):
        Undoing(Boats(act.session)).put_back(kept.id)


def test_what_refers_to_something_gone_waits_for_it(moored):
    """A boat comes back after its sailor, not before."""
    boat = remove(moored, Boats, moored.boat)
    sailor = remove(moored, Sailors, moored.sailor)
    with moored.act(actor=SYSTEM) as act, pytest.raises(Invalid) as refused:
        Undoing(Boats(act.session)).put_back(boat.id)
    assert (refused.value.code, refused.value.status) == ("referred-gone", 409)
    with moored.act(actor=SYSTEM) as act:
        Undoing(Sailors(act.session)).put_back(sailor.id)
        assert Undoing(Boats(act.session)).put_back(boat.id).berth == "A1"


def test_a_refused_removal_keeps_nothing(moored):
    """Nothing lies in the bin of a removal that was rolled back."""
    with moored.act(actor=SYSTEM) as act:
        Letters(act.session).add({"sender_id": moored.sailor, "reader_id": moored.sailor, "words": "x"})
    with pytest.raises(Invalid), moored.act(actor=SYSTEM) as act:
        Sailors(act.session).remove(moored.sailor)
    with moored.act(actor=SYSTEM) as act:
        assert Undoing(Sailors(act.session)).removed() == []


@pytest.mark.parametrize("by", ["resource", "setting"])
def test_nothing_is_kept_of_what_wants_none(make_app, harbour, by):
    """``bin=False`` and ``bin_days = 0`` remove at once, and remember no former value."""
    if by == "resource":
        harbour.resources[0] = resource("sailors", Sailors, bin=False)
    app = make_app(plugins={"harbour": harbour}, config={"db": {"bin_days": 30 if by == "resource" else 0}})
    with app.act(actor=SYSTEM) as act:
        sailor = Sailors(act.session).add({"name": "Ann"})
        Sailors(act.session).change(sailor.id, {"name": "Bob"})
        Sailors(act.session).remove(sailor.id)
        assert act.session.scalar(select(func.count()).select_from(BinRow)) == 0
        assert Undoing(Sailors(act.session)).removed() == []


def test_a_former_value_is_put_back_as_a_change(moored):
    """It is validated, counts as a version, is kept as a change itself, and is refused for a record that changed since."""
    with moored.act(actor=SYSTEM) as act:
        boat = Boats(act.session).change(moored.boat, {"berth": "B2", "fee": Decimal("20.00"), "state": "out"})
        version = boat.version
    with moored.act(actor=SYSTEM) as act:
        undoing = Undoing(Boats(act.session))
        (kept,) = undoing.changes(moored.boat)
        assert dict(kept.values) == {"berth": "A1", "fee": Decimal("12.50"), "state": "in"}
        with pytest.raises(Invalid) as stale:
            undoing.put_value_back(kept.id, version - 1)
        assert stale.value.status == 412
        boat = undoing.put_value_back(kept.id, version)
        assert (boat.berth, boat.fee, boat.state) == ("A1", Decimal("12.50"), "in")
        assert len(undoing.changes(moored.boat)) == 2


def test_who_reaches_some_records_finds_what_they_removed(moored):
    """Others' removals are not there for them; an administrator finds all."""
    ann = actor("user", "ann")
    with moored.act(actor=SYSTEM) as act:
        other = Sailors(act.session).add({"name": "Bob", "account": "bob"}).id
    theirs = remove(moored, Sailors, other)
    with moored.act(actor=ann) as act:
        assert Undoing(Sailors(act.session)).removed() == []
        with pytest.raises(NotFound):
            Undoing(Sailors(act.session)).put_back(theirs.id)
    own = remove(moored, Sailors, moored.sailor, ann)
    with moored.act(actor=actor("admin")) as act:
        assert [kept.id for kept in Undoing(Sailors(act.session)).removed()] == [own.id, theirs.id]


def test_the_bin_is_emptied_by_whoever_may(moored):
    """One entry or all of a table, which the audit remembers; others are refused."""
    kept = remove(moored, Boats, moored.boat)
    with moored.act(actor=actor("user", "ann")) as act, pytest.raises(Refused):
        Undoing(Boats(act.session)).empty()
    with moored.act(actor=actor("admin")) as act:
        assert Undoing(Boats(act.session)).empty([kept.id]) == 1
        assert Undoing(Boats(act.session)).empty() == 0
    assert "db.bin_emptied" in [event.action for event in moored.trail]


def test_pages_of_the_bin_follow_each_other(moored):
    """The newest comes first, and what lies before one is asked by it."""
    with moored.act(actor=SYSTEM) as act:
        for number in range(3):
            Sailors(act.session).remove(Sailors(act.session).add({"name": f"S{number}"}).id)
        undoing = Undoing(Sailors(act.session))
        first = undoing.removed(2)
        assert [kept.values["name"] for kept in first] == ["S2", "S1"]
        assert [kept.values["name"] for kept in undoing.removed(2, first[-1].id)] == ["S0"]


def test_a_row_about_several_people_is_kept_in_parts(moored):
    """Each part says what is about one person, or about nobody; a row about one stands in one part."""
    with moored.act(actor=SYSTEM) as act:
        reader = Sailors(act.session).add({"name": "Bob"}).id
        letter = Letters(act.session).add(
            {"sender_id": moored.sailor, "reader_id": reader, "words": "salut", "mark": "read"}
        )
        act.get(Bin).keep_removed(letter)
        parts = {part.person: part.values for part in act.session.scalars(select(BinRow))}
    assert set(parts) == {str(moored.sailor), str(reader), None}
    assert parts[str(moored.sailor)] == {"sender_id": str(moored.sailor), "words": "salut"}
    assert parts[str(reader)] == {"reader_id": str(reader), "mark": "read"}


def test_what_was_removed_in_one_act_is_found_by_it(moored):
    """Nothing of another act is among it."""
    first = remove(moored, Sailors, moored.sailor)
    with moored.act(actor=SYSTEM) as act:
        other = Sailors(act.session).add({"name": "S"})
        other_id = other.id
    second = remove(moored, Sailors, other_id)
    with moored.act(actor=SYSTEM) as act:
        assert [kept.id for kept in act.get(Bin).removed(Sailor, act=first.act)] == [first.id] != [second.id]
