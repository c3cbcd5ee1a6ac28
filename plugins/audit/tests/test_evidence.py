"""Where the log ends."""

from __future__ import annotations

from dihya_audit.evidence import Evidence, Head
from sqlalchemy import text


def test_the_head_is_the_newest_checkpoint_and_the_last_entry(world):
    """An empty log ends nowhere; an entry without a checkpoint is seen as such."""
    with world.engine.connect() as connection:
        assert Head.of(connection) == Head()
    world.write(4)
    world.sequencer.drain()
    with world.engine.begin() as connection:
        head = Head.of(connection)
        assert (head.entries, head.size) == (4, 4) and head.note == world.log.checkpoint()
        connection.execute(text("DELETE FROM audit_checkpoints"))
        assert Head.of(connection) == Head(4)


def test_without_evidence_nothing_is_remembered():
    """What is not given is unknown, not empty."""
    assert Evidence().anchored is None and Evidence().kept.signed is None
