"""What lies in the bin about somebody: found by what they are known by, and gone when they are erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import Erasure, Subject
from sqlalchemy import delete, or_, select

from .models import BinRow

_KNOWN_BY = ("contact.email", "contact.phone_number", "unique_id", "government_id")


def known_by(identifier: str) -> list[Subject]:
    """Return of whom a row says exactly this, in the spelling of its column."""
    session, found = current().session, dict[Subject, None]()
    parts = select(BinRow.source, BinRow.person_table, BinRow.person, BinRow.values).where(BinRow.person.is_not(None))
    with session.execute(parts.execution_options(yield_per=500)) as rows:
        for source, table, person, values in rows:
            if _says(source, values, identifier):
                found[Subject(table, person, _owner(table))] = None
    return list(found)


def drop(subject: Subject) -> list[Erasure]:
    """Remove every row that is about somebody, in all its parts, and what went along with it.

    A row of which a part is gone cannot be put back, so none of it waits for anything more.
    """
    session, removed = current().session, 0
    theirs = select(BinRow.entry, BinRow.kind, BinRow.source, BinRow.key).where(BinRow.person == subject.key).distinct()
    doomed = [BinRow.person == subject.key, (BinRow.source == subject.table) & (BinRow.key == subject.key)]
    for entry, kind, source, key in session.execute(theirs):
        row = BinRow.entry == entry
        doomed.append(row if kind in ("removed", "changed") else row & (BinRow.source == source) & (BinRow.key == key))
    for conditions in _some(doomed):
        done: Any = session.execute(delete(BinRow).where(or_(*conditions)))
        removed += done.rowcount
    return [Erasure(BinRow.__tablename__, removed=removed)] if removed else []


def _some(conditions: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(conditions), 100):
        yield conditions[start : start + 100]


def _says(source: str, values: Mapping[str, Any], identifier: str) -> bool:
    """Tell whether one of the columns by which people are known holds the identifier, in its own spelling."""
    table = BinRow.metadata.tables.get(source)
    for name, value in values.items():
        column = table.columns.get(name) if table is not None else None
        declared = column.info.get("rgpd") if column is not None else None
        if column is not None and isinstance(declared, Personal) and declared.category.startswith(_KNOWN_BY):
            tidy = getattr(column.type, "tidy", str)
            if isinstance(value, str) and value.casefold() == str(tidy(identifier.strip())).casefold():
                return True
    return False


def _owner(table: str) -> str:
    known = BinRow.metadata.tables.get(table)
    return "" if known is None else str(known.info.get("plugin", ""))
