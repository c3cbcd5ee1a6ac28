"""A database that was touched names the entry."""

from __future__ import annotations

import pytest
from dihya_audit.merkle import leaf_hash
from sqlalchemy import text


def test_an_untouched_log_verifies(touched):
    """Nothing is reported about a log that nobody touched."""
    report = touched()
    assert report.ok and report.checked == report.size == 23


@pytest.mark.parametrize("index", [0, 1, 7, 15, 16, 22])
def test_an_altered_entry_is_named(touched, index, named):
    """One other character in an envelope names that entry and no other."""
    report = touched(
        "UPDATE audit_entries SET envelope = replace(envelope, 'toys', 'boys') WHERE position = :index", index=index
    )
    assert named(report) == {index}


@pytest.mark.parametrize("column", ["actor", "action", "object", "outcome", "plugin", "act", "at"])
def test_an_altered_column_is_named(touched, column, named):
    """A search column that says something else than the envelope is named."""
    report = touched(f"UPDATE audit_entries SET {column} = 'x' WHERE position = 9")
    assert named(report) == {9} and column in report.findings[0].detail


@pytest.mark.parametrize("index", [0, 6, 12, 21])
def test_an_altered_entry_with_a_new_hash_is_named(touched, world, index, named):
    """Whoever computes the leaf hash again is found out by the nodes above and by the checkpoints."""
    with world.engine.connect() as connection:
        sql = text("SELECT envelope FROM audit_entries WHERE position = :index")
        envelope = connection.execute(sql, {"index": index}).scalar().replace('"p1"', '"p2"')
    report = touched(
        "UPDATE audit_entries SET envelope = :envelope, leaf = :leaf, actor = 'p2' WHERE position = :index",
        envelope=envelope, leaf=leaf_hash(envelope.encode()), index=index,
    )  # fmt: skip
    assert named(report) <= {index - index % 2, index - index % 2 + 1}
    assert f"{index}" in " ".join(report.lines())


def test_a_removed_entry_is_named(touched, named):
    """The hole is named, at the beginning, in the middle and twice."""
    assert named(touched("DELETE FROM audit_entries WHERE position = 12")) == {12}
    assert 0 in named(touched("DELETE FROM audit_entries WHERE position = 0"))


def test_a_cut_end_is_named(touched, named):
    """Entries that were cut off at the end are named, though all the rest fits."""
    report = touched("DELETE FROM audit_entries WHERE position >= 21", "DELETE FROM audit_nodes WHERE position >= 10")
    assert {21, 22} <= named(report)


def test_swapped_entries_are_named(touched, named):
    """Two entries that changed places are named, each as one of its pair."""
    report = touched(
        "UPDATE audit_entries SET position = 999 WHERE position = 4",
        "UPDATE audit_entries SET position = 4 WHERE position = 11",
        "UPDATE audit_entries SET position = 11 WHERE position = 999",
    )
    assert named(report) == {4, 5, 10, 11}


def test_an_altered_node_is_named(touched, named):
    """A node that does not fit its children is named with the entries below it."""
    report = touched("UPDATE audit_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 1")
    assert named(report) == {4, 5, 6, 7} and "level 2" in report.findings[0].detail


def test_an_added_entry_is_named(touched, named):
    """An entry that no checkpoint covers is named."""
    report = touched(
        "INSERT INTO audit_entries SELECT 23, leaf, envelope, at, act, actor, action, object, outcome, plugin "
        "FROM audit_entries WHERE position = 22"
    )
    assert 23 in named(report)
