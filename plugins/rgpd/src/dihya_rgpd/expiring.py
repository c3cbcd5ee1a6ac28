"""What has been kept for as long as its column says: found, and then removed or emptied like an erasure."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from .annotations import Annotations
from .planning import Fate, Key, Plan, by_key, end_of, grows, key_of


@dataclass(frozen=True, slots=True)
class Expiring:
    """Rows of one table whose time is over, or will be: how many, and the first of their last days."""

    plugin: str
    table: str
    rows: int
    since: date
    grows: bool


class ExpiryPlan(Plan):
    """The fate of rows in which at least one personal column is past its last day.

    Args:
        held: rows that stay whatever their age, by table.
        limit: so many rows of a table at most.
    """

    def __init__(
        self, session: Session, annotations: Annotations, present: set[str], today: date,
        held: Mapping[str, Mapping[Key, Any]], limit: int,
    ) -> None:  # fmt: skip
        self._today = today
        fates: dict[str, dict[Key, Fate]] = {}
        for table in annotations.tables:
            if table.name in present and table.name in annotations.groups and not grows(table):
                found = over(session, annotations, table, today, held.get(table.name, {}), limit)
                if found:
                    fates[table.name] = found
        super().__init__(session, annotations, present, fates)

    def _decide(self, table: Table, fate: Fate) -> None:
        for group in fate.groups:
            for column in group.columns:
                end = end_of(table, column, fate)
                if fate.row[column.key] is not None and (end is None or end >= self._today):
                    fate.kept[column.key] = end
        fate.delete = table.info.get("erase") == "delete" and not fate.kept
        if not fate.delete:
            self._empty(table, fate)


def over(
    session: Session, annotations: Annotations, table: Table, today: date, held: Mapping[Key, Any], limit: int
) -> dict[Key, Fate]:
    """Return the rows of *table* in which a personal column has ended before *today* and is not empty already."""
    found: dict[Key, Fate] = {}
    speaking = 0
    with closing(_rows(session, annotations, table)) as rows:
        for key, fate in rows:
            if key not in held and _ended(table, fate, today) is not None:
                found[key] = fate
                speaking += _ended(table, fate, today, references=False) is not None
                if speaking >= limit:  # What is emptied already and only waits for a reference to go does not count.
                    break
    return found


def expiring(
    session: Session, annotations: Annotations, present: set[str], until: date, held: Mapping[str, Mapping[Key, Any]]
) -> list[Expiring]:
    """Return what is over by *until* and can go, table by table, and what is over in tables that only grow."""
    plan = ExpiryPlan(session, annotations, present, until, held, 10**9)
    going = {
        name: [fate for fate in fates.values() if fate.delete or fate.values] for name, fates in plan.fates.items()
    }
    for table in annotations.tables:
        if table.name in present and table.name in annotations.groups and grows(table):
            going[table.name] = [fate for _, fate in _rows(session, annotations, table)]
    return [one for name, fates in sorted(going.items()) if (one := _told(annotations, name, fates, until))]


def _told(annotations: Annotations, name: str, fates: Iterable[Fate], until: date) -> Expiring | None:
    table = annotations.table(name)
    days = [day for fate in fates if (day := _ended(table, fate, until)) is not None]
    return Expiring(annotations.owners[name], name, len(days), min(days), grows(table)) if days else None


def _rows(session: Session, annotations: Annotations, table: Table) -> Generator[tuple[Key, Fate], None, None]:
    groups = annotations.groups[table.name]
    with session.execute(select(table).execution_options(yield_per=500)) as rows:
        for row in rows.mappings():
            yield key_of(table, row), Fate(by_key(table, row), list(groups))


def _ended(table: Table, fate: Fate, today: date, *, references: bool = True) -> date | None:
    """Return the first last day before *today* of a column that still says something; None when there is none.

    Args:
        references: foreign keys that cannot be emptied count too; they go with their row only.
    """
    days = []
    for group in fate.groups:
        for column in group.columns:
            value = fate.row[column.key]
            if value is None or value in ("", [], b"") or str(value).startswith("erased-"):
                continue
            if column.foreign_keys and not column.nullable and not (references and table.info.get("erase") == "delete"):
                continue
            end = end_of(table, column, fate)
            if end is not None and end < today:
                days.append(end)
    return min(days, default=None)
