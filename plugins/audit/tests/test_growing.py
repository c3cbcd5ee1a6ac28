"""The log grows in one transaction, which waits no longer than it was told."""

from __future__ import annotations

import pytest
from dihya_audit.envelope import seal
from dihya_audit.growing import append, edge, writing
from dihya_audit.merkle import root
from dihya_audit.tables import node_reader, size_of
from sqlalchemy import text
from sqlalchemy.exc import OperationalError


def test_what_is_appended_stands_at_the_end_of_the_tree(world, make_event):
    """Entries get the next places, and the stored nodes give the root of the tree that has grown."""
    for number in (5, 3):
        with writing(world.engine, 1.0) as connection:
            tree = edge(connection)
            append(connection, tree, [seal(make_event()) for _ in range(number)])
    with world.engine.connect() as connection:
        assert size_of(connection) == edge(connection).size == 8
        assert edge(connection).root() == tree.root() == root(8, node_reader(connection))


def test_who_finds_the_database_taken_gives_up(world):
    """A transaction of the log waits for another writer as long as it was told, and then as long as usual again."""
    with world.engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), writing(world.engine, 0.01) as connection:
            connection.execute(text("DELETE FROM audit_outbox"))
    with world.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA busy_timeout")) == 5000
