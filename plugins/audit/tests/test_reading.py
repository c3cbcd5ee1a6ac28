"""The log act by act, on its own database."""

from __future__ import annotations

import pytest
from dihya_audit.reading import Asked, acts
from dihya_hookspecs import Invalid


def read(world, before=None, limit=25, **asked):
    world.log.catch_up()
    with world.engine.connect() as connection:
        return acts(connection, Asked(**asked), world.log.signer.verifier, before, limit)


def test_acts_that_happen_at_the_same_time_stay_whole(world):
    """Entries of two acts lie among each other; each act is shown once, where its newest entry lies."""
    for act in ("a", "b", "a", "c", "b"):
        world.write(1, act=act)
    found, following = read(world, limit=2)
    assert [(act.id, act.count, len(act.entries)) for act in found] == [("b", 2, 2), ("c", 1, 1)]
    rest, end = read(world, before=following, limit=2)
    assert [act.id for act in rest] == ["a"] and end is None


def test_an_act_that_fits_shows_all_of_its_entries(world):
    """Asked for one outcome, people see what else the act did."""
    world.write(2, act="a")
    world.write(1, act="a", outcome="refused")
    found, _next = read(world, outcome="refused")
    assert [(act.id, act.count, len(act.entries)) for act in found] == [("a", 3, 3)]
    assert read(world, outcome="failed") == ([], None)


def test_every_entry_says_whether_the_checkpoint_proves_it(world):
    """With another key nothing is proven, nor without one."""
    world.write(9)
    found, _next = read(world)
    assert sorted(place for act in found for place in act.proven) == list(range(9))
    with world.engine.connect() as connection:
        found, _next = acts(connection, Asked(), None)
    assert not any(act.proven for act in found)


@pytest.mark.parametrize("text", ["x" * 201, "x " * 21])
def test_a_search_that_nobody_types_is_refused(world, text):
    """Before the database sees it."""
    with pytest.raises(Invalid, match="200 characters and 20 words"):
        read(world, text=text)


def test_what_stands_for_anything_in_sql_stands_for_itself(world):
    """Percent sign, underscore and backslash are searched as they are."""
    world.write(1, action="50%_off\\")
    world.write(1)
    assert all(len(read(world, text=each)[0]) == 1 for each in ("%", "%_off\\", "50% toys"))
