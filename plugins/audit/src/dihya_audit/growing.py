"""The transaction in which the log grows, and what each entry adds to the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text

from .merkle import Growing, leaf_hash, subtrees
from .tables import entries, entry, node_reader, nodes, size_of

_LOCK = 0x44494859  # "DIHY", the first half of PostgreSQL's advisory lock; the second is the schema


@contextmanager
def writing(engine: Engine, timeout: float) -> Iterator[Connection]:
    """Open the transaction in which the log grows; of several machines one writes at a time."""
    with engine.connect() as connection, _patience(connection, timeout), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {int(timeout * 1000)}"))
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(func.current_schema()))))
        yield connection


@contextmanager
def _patience(connection: Connection, seconds: float) -> Iterator[None]:
    """Wait at most *seconds* for a lock in the transaction that follows: the act that asks may hold it itself."""
    if connection.dialect.name == "postgresql":
        yield  # There, the transaction says it itself.
        return
    driver: Any = connection.connection.dbapi_connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").close()
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(usual)}").close()


def append(connection: Connection, tree: Growing, envelopes: Sequence[str]) -> None:
    """Give *envelopes* the next places in the log, and their nodes to the tree."""
    first, leaves = tree.size, [leaf_hash(envelope.encode()) for envelope in envelopes]
    made = [node for leaf in leaves for node in tree.add(leaf)]
    rows = [entry(first + i, leaf, text) for i, (leaf, text) in enumerate(zip(leaves, envelopes, strict=True))]
    connection.execute(insert(entries), rows)
    if made:
        connection.execute(insert(nodes), [{"level": level, "position": i, "hash": h} for level, i, h in made])


def edge(connection: Connection) -> Growing:
    """Return the tree of the log, as its stored nodes give it. Raises DihyaError when one is missing."""
    size, node = size_of(connection), node_reader(connection)
    return Growing(size, [node(level, position) for level, position in subtrees(0, size)])
