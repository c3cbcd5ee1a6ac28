"""The tables refuse what an accident would do to them."""

from __future__ import annotations

import pytest
from dihya_audit.models import LogEntry, Node, Outbox, SignedCheckpoint
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError


@pytest.mark.parametrize("table", ["audit_entries", "audit_nodes"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET position = position + 100"])
def test_the_log_only_grows(world, table, act):
    """The database refuses to change or remove entries and nodes."""
    world.write(3)
    world.sequencer.drain()
    with pytest.raises(DatabaseError, match="only grows"), world.engine.begin() as connection:
        connection.execute(text(act.format(table)))


def test_every_column_says_what_it_is():
    """Each column is annotated, and the tables raise no events about themselves."""
    for model in (Outbox, LogEntry, Node, SignedCheckpoint):
        assert model.__table__.info["audited"] is False
        assert all("rgpd" in column.info for column in model.__table__.columns)
