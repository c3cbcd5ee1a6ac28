"""What goes with a record is found before it goes."""

from __future__ import annotations

from dihya_db.collecting import Collector

from .harbour import Boat, Sailor


def test_what_is_referred_to_comes_first_and_links_last(moored):
    """The sailor, her boat, then the buoy's link to it: in this order they can be written again."""
    with moored.act() as act:
        found = Collector(act.session).collect(act.session.get(Sailor, moored.sailor))
    assert [(each.kind, each.table.name) for each in found] == [
        ("removed", "harbour_sailors"),
        ("along", "harbour_boats"),
        ("unlinked", "harbour_buoys"),
    ]
    assert found[2].values == {"id": moored.buoy, "boat_id": moored.boat}


def test_what_has_nothing_goes_alone(moored):
    """A record to which nothing refers is one row; a change that waits is written first."""
    with moored.act() as act:
        boat = act.session.get(Boat, moored.boat)
        boat.berth = "C3"
        found = [each for each in Collector(act.session).collect(boat) if each.kind == "removed"]
    assert len(found) == 1 and found[0].values["berth"] == "C3"
