"""The log's tables for those who read and write them without the ORM, and what stands in their columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

from dihya_hookspecs import DihyaError
from sqlalchemy import Connection, Table, func, select

from .envelope import unseal
from .models import LogEntry, Node, Outbox, SignedCheckpoint

entries, nodes = cast(Table, LogEntry.__table__), cast(Table, Node.__table__)
outbox, checkpoints = cast(Table, Outbox.__table__), cast(Table, SignedCheckpoint.__table__)


def node_reader(connection: Connection) -> Callable[[int, int], bytes]:
    """Return a function that reads stored nodes; each is read once."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, position: int) -> bytes:
        if (level, position) not in known:
            query = select(entries.c.leaf).where(entries.c.position == position)
            if level:
                query = select(nodes.c.hash).where(nodes.c.level == level, nodes.c.position == position)
            found = connection.scalar(query)
            if found is None:
                raise DihyaError(f"the audit log lacks node {position} of level {level}; run 'dihya audit verify'")
            known[level, position] = bytes(found)
        return known[level, position]

    return node


def size_of(connection: Connection) -> int:
    """Return the number of entries that have a place."""
    last = connection.scalar(select(func.max(entries.c.position)))
    return 0 if last is None else last + 1


@lru_cache(maxsize=2048)  # a batch needs them three times: to judge, to look for copies, and to store
def columns_of(envelope: str) -> dict[str, str | None]:
    """Return the search columns of an entry."""
    event = unseal(envelope)
    names = ("at", "act", "actor", "action", "object", "outcome", "plugin")
    values = {name: getattr(event, name) for name in names}
    return {name: value and storable(value) for name, value in values.items()}


def storable(text: str) -> str:
    """Return *text* as it stands in a search column: PostgreSQL stores no NUL; the envelope has it escaped."""
    return text.replace("\0", "\ufffd")


def entry(position: int, leaf: bytes, envelope: str) -> dict[str, object]:
    """Return the row of an entry. Raises ValueError or TypeError when *envelope* is none."""
    return {"position": position, "leaf": leaf, "envelope": envelope, **columns_of(envelope)}
