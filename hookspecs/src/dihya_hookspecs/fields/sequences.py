"""Numbers that the application gives: ``Sequence("F-{year}-{number:04}")`` on invoices, orders, receipts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from string import Formatter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, String, Table, event

from .. import DeclarationError
from ..acts import get
from ..counting import Counters
from .types import FieldType, Limits, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = {"number": r"\d+", "year": r"\d{4}", "month": r"\d{1,2}"}
LONGEST = 40


class Sequence(FieldType[str]):
    """The next number of a sequence, given when the record is added; no form, file or REST body writes it.

    Code may say a number, of an old book that is taken over; the sequence goes on behind it. A number is never given twice,
    nor that of a record that was removed.

    Args:
        pattern: what it looks like, with ``{number}`` or ``{number:04}``; with ``{year}`` or ``{month:02}`` it begins at 1 in each.
        over: columns whose values are counted apart: ``("organisation_id",)``; the number is unique together with them.
        dated: the column whose date says year and month; without it, or while it is empty, today (UTC) does.
        gaps: False: a rolled-back act leaves no gap, and acts that draw from the same sequence wait for each other. True:
            nobody waits on PostgreSQL, and a rolled-back act leaves one.
    """

    kind = "text"
    given = True

    def __init__(self, pattern: str, *, over: tuple[str, ...] = (), dated: str = "", gaps: bool = False) -> None:
        super().__init__()
        self.pattern, self.over, self.dated, self.gaps = pattern, over, dated, gaps
        self.impl = String(LONGEST)
        self.limits = Limits(0, LONGEST)
        if isinstance(over, str):
            raise DeclarationError(f"Sequence takes over= as a tuple of columns, got {over!r}; write ({over!r},)")
        try:
            self._parts = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
            said = pattern.format(number=1, year=2000, month=1)
        except (ValueError, KeyError, IndexError):
            self._parts, said = [], ""
        if self._parts.count("number") != 1 or not set(self._parts) <= _PARTS.keys() or len(said) > LONGEST - 10:
            raise DeclarationError(
                f"Sequence takes a pattern with {{number}} once, {{year}} and {{month}}, shorter than {LONGEST - 10} "
                f"characters, got {pattern!r}; write 'F-{{year}}-{{number:04}}'"
            )

    def annotation(self) -> Any:
        return plain(str, self, max_length=LONGEST)

    def tidy(self, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    def columns(self) -> tuple[str, ...]:
        """Return the columns that it names."""
        return (*self.over, *([self.dated] if self.dated else []))

    def give(self, connection: Connection, table: Table, name: str, record: Any) -> None:
        """Give a new record its number; or count the one that code gave it."""
        sequence, said = f"{table.name}.{name}", getattr(record, name, None)
        if said is None:
            moment = self._moment(record)
            number = get(Counters).draw(connection, sequence, self._scope(record, moment), gaps=self.gaps)
            setattr(record, name, self.pattern.format(number=number, **moment))
        elif found := self._read(said):
            number = int(found.pop("number"))
            get(Counters).taken(connection, sequence, self._scope(record, found), number)

    def _moment(self, record: Any) -> dict[str, int]:
        day: Any = getattr(record, self.dated, None) if self.dated else None
        day = day if isinstance(day, date) else datetime.now(UTC).date()
        return {name: getattr(day, name) for name in ("year", "month")}

    def _scope(self, record: Any, moment: Mapping[str, int]) -> str:
        """Return what is counted apart, as a digest: the key of a person stands in no counter."""
        dates = [f"{name}={moment[name]}" for name in ("year", "month") if name in self._parts]
        parts = [*dates, *(f"{name}={getattr(record, name, None)}" for name in self.over)]
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32] if parts else ""

    def _read(self, said: str) -> dict[str, int] | None:
        """Return the parts of a number that looks like ours."""
        pattern = "".join(self._pieces())
        found = re.fullmatch(pattern, said)
        return {name: int(value) for name, value in found.groupdict().items()} if found else None

    def _pieces(self) -> Iterator[str]:
        seen: set[str] = set()
        for text, name, _, _ in Formatter().parse(self.pattern):
            yield re.escape(text)
            if name is not None:
                yield f"(?P={name})" if name in seen else f"(?P<{name}>{_PARTS[name]})"
                seen.add(name)


def prepare(cls: Any) -> None:
    """Let the records of a class be given their numbers. Raises DeclarationError for a column that is none."""
    table: Table = cls.__table__
    found = [column.type for column in table.columns if isinstance(column.type, Sequence)]
    for name in (name for sequence in found for name in sequence.columns()):
        if name not in table.columns:
            known = ", ".join(table.columns.keys())
            raise DeclarationError(
                f"{cls.__module__}.{cls.__name__}: its Sequence names {name!r}, which is no column; one of {known}"
            )
    if found:
        event.listen(cls, "before_insert", _give)


def _give(mapper: Any, connection: Connection, record: Any) -> None:
    """Give a record that is about to be inserted its numbers."""
    table = mapper.local_table
    for column in table.columns:
        if isinstance(column.type, Sequence):
            column.type.give(connection, table, column.key, record)
