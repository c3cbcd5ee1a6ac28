"""The tables as the sequencer and the verifier read them."""

from __future__ import annotations

import pytest
from dihya_audit.envelope import seal
from dihya_audit.tables import columns_of, entry, node_reader, size_of, storable
from dihya_hookspecs import DihyaError
from sqlalchemy import text


def test_columns_are_those_of_the_envelope(make_event):
    """What is searched by is copied out of the envelope, without the NUL that PostgreSQL does not store."""
    envelope = seal(make_event(object="a\0b", actor=None))
    assert columns_of(envelope)["object"] == storable("a\0b") == "a\ufffdb"
    assert columns_of(envelope)["actor"] is None
    assert entry(3, b"x", envelope)["position"] == 3
    with pytest.raises(ValueError):
        entry(3, b"x", "{}")


def test_a_node_that_is_gone_is_named(world):
    """Reading nodes gives the stored ones, and an error that names what is missing."""
    world.write(5)
    world.sequencer.drain()
    with world.engine.begin() as connection:
        assert size_of(connection) == 5
        node = node_reader(connection)
        assert len(node(0, 4)) == len(node(2, 0)) == 32
        with pytest.raises(DihyaError, match="lacks node 9 of level 1"):
            node(1, 9)
        connection.execute(text("SELECT 1"))
