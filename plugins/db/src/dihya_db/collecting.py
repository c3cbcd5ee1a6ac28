"""What goes with a record: the rows that the database or the session removes because of it, and the links that it empties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, inspect, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Collected:
    """A row that goes, or with ``unlinked`` the links of one that stays and is about to be emptied."""

    kind: str
    table: Table
    key: tuple[Any, ...]
    values: Mapping[str, Any]


class Collector:
    """Collects the rows in the order in which they can be written again: what is referred to comes first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: set[tuple[str, tuple[Any, ...]]] = set()

    def collect(self, record: Any) -> list[Collected]:
        """Return the row of *record* and all that goes or is changed because of it."""
        self._session.flush()
        mapper = inspect(type(record))
        found = list(self._rows(record.__table__, mapper.primary_key_from_instance(record), "removed"))
        for other, _, state, _ in mapper.cascade_iterator("delete", inspect(record)):
            table, key = other.__table__, state.mapper.primary_key_from_instance(other)
            found += self._rows(table, key, "along")
        for bond in mapper.relationships:
            if bond.secondary is not None and not bond.viewonly:
                here = [
                    (far, getattr(record, mapper.get_property_by_column(near).key))
                    for near, far in bond.synchronize_pairs
                ]
                found += self._along(bond.secondary, [far == value for far, value in here])
        return [each for each in found if each.kind != "unlinked"] + [each for each in found if each.kind == "unlinked"]

    def _rows(self, table: Table, key: Sequence[Any], kind: str) -> Iterator[Collected]:
        """Yield one row, then what the database does to others because of it."""
        yield from self._along(
            table, [column == part for column, part in zip(table.primary_key, key, strict=True)], kind
        )

    def _along(self, table: Table, conditions: Sequence[Any], kind: str = "along") -> Iterator[Collected]:
        for row in self._session.execute(select(table).where(*conditions)).mappings().all():
            values = {column.key: row[column] for column in table.columns}
            key = tuple(values[column.key] for column in table.primary_key)
            if (table.name, key) in self._seen:
                continue
            self._seen.add((table.name, key))
            yield Collected(kind, table, key, values)
            yield from self._pointing(table, values)

    def _pointing(self, table: Table, values: Mapping[str, Any]) -> Iterator[Collected]:
        for child in table.metadata.sorted_tables:
            for constraint in child.foreign_key_constraints:
                rule = (constraint.ondelete or "").upper()
                if constraint.referred_table is not table or rule not in ("CASCADE", "SET NULL", "SET DEFAULT"):
                    continue
                links = [element.parent for element in constraint.elements]
                conditions = [e.parent == values[e.column.key] for e in constraint.elements]
                if rule == "CASCADE":
                    yield from self._along(child, conditions)
                else:
                    yield from self._unlinked(child, links, conditions)

    def _unlinked(self, child: Table, links: Sequence[Column[Any]], conditions: Sequence[Any]) -> Iterator[Collected]:
        chosen = select(*child.primary_key, *links).where(*conditions)
        for row in self._session.execute(chosen).mappings().all():
            key = tuple(row[column] for column in child.primary_key)
            values = {column.key: row[column] for column in (*child.primary_key, *links)}
            yield Collected("unlinked", child, key, values)
