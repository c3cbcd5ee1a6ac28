"""The order of plugins is the same for the same set, and a cycle is shown as a path."""

import itertools

import pytest
from dihya_core.loading.discovery import Candidate
from dihya_core.loading.ordering import Cycle, ordered
from hypothesis import given
from hypothesis import strategies as st


def names(*candidates):
    return [item.name for item in ordered(candidates)]


def test_plugins_without_wishes_are_called_by_name():
    """Names decide, whatever order the plugins were found in."""
    plugins = [Candidate(name, name) for name in "cab"]
    assert {tuple(names(*order)) for order in itertools.permutations(plugins)} == {("a", "b", "c")}


def test_after_before_and_requires_decide_against_the_name():
    """Each kind of wish moves a plugin."""
    assert names(Candidate("a", "a", after=("z",)), Candidate("z", "z")) == ["z", "a"]
    assert names(Candidate("a", "a"), Candidate("z", "z", before=("a",))) == ["z", "a"]
    assert names(Candidate("a", "a", requires=("z",)), Candidate("z", "z")) == ["z", "a"]


def test_wishes_about_absent_plugins_mean_nothing():
    """A plugin may stand after one that is not installed."""
    assert names(Candidate("a", "a", after=("ghost",), before=("spectre",))) == ["a"]


def test_a_cycle_is_printed_as_a_path():
    """The path starts and ends with the same plugin and names only those in the cycle."""
    with pytest.raises(Cycle, match="^b → c → b$"):
        ordered(
            [Candidate("a", "a", after=("b",)), Candidate("b", "b", after=("c",)), Candidate("c", "c", after=("b",))]
        )


def test_a_plugin_that_waits_for_itself_is_a_cycle():
    """It can never be called before it was called; the path names it twice."""
    with pytest.raises(Cycle, match="^a → a$") as raised:
        ordered([Candidate("a", "a", after=("a",)), Candidate("b", "b")])
    assert raised.value.culprits == {"a"}


def test_who_alone_declares_the_circle_is_the_culprit():
    """A newcomer that wants to stand between two others the wrong way round does not pull them in."""
    with pytest.raises(Cycle) as raised:
        ordered(
            [
                Candidate("audit", "audit"),
                Candidate("db", "db", after=("audit",)),
                Candidate("new", "new", before=("audit",), after=("db",)),
            ]
        )
    assert raised.value.culprits == {"new"}


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_every_wish_is_kept_or_a_cycle_is_reported(pairs):
    """For any set of wishes: either all hold, or the reported path really is one."""
    after = {f"p{n}": tuple(f"p{b}" for a, b in pairs if a == n and a != b) for n in range(9)}
    candidates = [Candidate(name, name, after=wishes) for name, wishes in after.items()]
    try:
        order = names(*candidates)
    except Cycle as cycle:
        assert cycle.path[0] == cycle.path[-1]
        assert all(later in after[earlier] for earlier, later in itertools.pairwise(cycle.path))
    else:
        assert all(order.index(early) < order.index(name) for name, wishes in after.items() for early in wishes)
