"""Counters: one row for each sequence and scope, which its writers wait for."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.acts import get
from dihya_hookspecs.data import Database
from sqlalchemy import Connection, case
from sqlalchemy.dialects import postgresql, sqlite

from .models import CounterRow


class StoredCounters:
    """Implements ``dihya_hookspecs.counting.Counters``."""

    def draw(self, connection: Connection, sequence: str, scope: str, *, gaps: bool = False) -> int:
        """Return the next number."""
        if gaps and connection.dialect.name == "postgresql":  # SQLite has one writer, who would wait for itself
            database: Any = get(Database)  # ours
            with database.apart.begin() as apart:
                return _draw(apart, sequence, scope)
        return _draw(connection, sequence, scope)

    def taken(self, connection: Connection, sequence: str, scope: str, number: int) -> None:
        """Go on behind a number that was given by somebody else."""
        later = case((CounterRow.number < number, number), else_=CounterRow.number)
        connection.execute(_upsert(connection, sequence, scope, number, later))


def _draw(connection: Connection, sequence: str, scope: str) -> int:
    statement = _upsert(connection, sequence, scope, 1, CounterRow.number + 1).returning(CounterRow.number)
    return int(connection.execute(statement).scalar_one())


def _upsert(connection: Connection, sequence: str, scope: str, first: int, then: Any) -> Any:
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"sequence": sequence, "scope": scope, "plugin": _plugin(sequence), "number": first}
    row = insert(CounterRow).values(**values)
    return row.on_conflict_do_update(index_elements=[CounterRow.sequence, CounterRow.scope], set_={"number": then})


def _plugin(sequence: str) -> str:
    table = CounterRow.metadata.tables.get(sequence.partition(".")[0])
    return "" if table is None else str(table.info.get("plugin", ""))
