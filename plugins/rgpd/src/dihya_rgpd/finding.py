"""Who is known by an e-mail address, a phone number, a name, or a number that identifies a record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs import Incomplete
from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import Column, Integer, String, Table, Uuid, func, select
from sqlalchemy.orm import Session

from .annotations import Annotations, Group, as_value, follow, stored_as
from .emptying import identifies
from .planning import Key, chunks, having
from .spelling import Kind, Sought, kind_of, words

CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Beyond:
    """Data of people that no active plugin describes: a table, and the sentence that says why."""

    table: str
    reason: str


@dataclass(slots=True)
class Found:
    """What a search gave.

    Attributes:
        subjects: who is identified.
        candidates: who bears one of the words as a name, or a longer or shorter name; choose one by ``table:key``.
        by_name: the subjects are known by a name only, which others may bear too.
        failed: plugins that could not say whether they know the person.
        beyond: tables that could not be searched.
    """

    subjects: list[Subject] = field(default_factory=list)
    candidates: list[Subject] = field(default_factory=list)
    by_name: bool = False
    failed: list[Incomplete] = field(default_factory=list)
    beyond: list[Beyond] = field(default_factory=list)


class Search:
    """One search through the tables of the active plugins.

    Args:
        present: the tables that are in the database.
    """

    def __init__(self, session: Session, annotations: Annotations, present: set[str], sought: Sought) -> None:
        self._session, self._annotations, self._present, self._sought = session, annotations, present, sought

    def identified(self) -> Iterator[Subject]:
        """Yield who has this identifier, in any spelling; the same one perhaps more than once."""
        yield from self._by_key()
        for group, kinds in self._places():
            codes = {column: kind for column, kind in kinds.items() if kind != "name"}
            exact = [column for column in codes if _opaque(column)]
            for column in exact:
                yield from self._led_to(group, self._exact(group.table, column))
            scanned = {column: kind for column, kind in codes.items() if column not in exact}
            yield from self._led_to(group, self._spelled(group.table, scanned))

    def named(self) -> tuple[list[Subject], list[Subject]]:
        """Return who bears exactly this name of two words or more, and who else bears some of it."""
        exactly: dict[Subject, None] = {}
        partly: dict[Subject, None] = {}
        for group, kinds in self._places() if self._sought.words else ():
            names = [column for column, kind in kinds.items() if kind == "name"]
            same, near = self._compared(group.table, names) if names else ([], [])
            exactly |= dict.fromkeys(self._led_to(group, same))
            partly |= dict.fromkeys(self._led_to(group, near))
        return list(exactly), [subject for subject in partly if subject not in exactly][:CANDIDATES]

    def _by_key(self) -> Iterator[Subject]:
        table_name, colon, key = self._sought.text.partition(":")
        for table in self._annotations.people():
            (column,) = table.primary_key
            if table.name not in self._present:
                continue
            # Alone only opaque keys: a number is as likely the beginning of a phone number.
            said = key if colon and table_name == table.name else self._sought.text if _opaque(column) else None
            value = as_value(column, said) if said else None
            if value is not None:
                for found in self._session.scalars(select(column).where(column == value)):
                    yield Subject(table.name, str(found), self._annotations.owners[table.name])

    def _places(self) -> Iterator[tuple[Group, dict[Column[Any], Kind]]]:
        """Yield the groups of columns, each with those by which its person is asked for."""
        for name, groups in self._annotations.groups.items():
            kinds = identifying(self._annotations.table(name)) if name in self._present else {}
            for group in groups:
                if theirs := {column: kind for column, kind in kinds.items() if speaks_of(column, group.columns)}:
                    yield group, theirs

    def _exact(self, table: Table, column: Column[Any]) -> list[Key]:
        text = self._sought.text
        if isinstance(stored_as(column), Uuid):
            value = as_value(column, text)
            condition = None if value is None else column == value
        else:
            condition = None if "\0" in text else func.lower(column) == text.lower()
        if condition is None:
            return []
        return [tuple(row) for row in self._session.execute(select(*table.primary_key).where(condition))]

    def _spelled(self, table: Table, kinds: Mapping[Column[Any], Kind]) -> list[Key]:
        if not kinds:
            return []
        found = []
        for key, values in self._rows(table, list(kinds)):
            pairs = zip(kinds.values(), values, strict=True)
            if any(value is not None and self._sought.is_(kind, value) for kind, value in pairs):
                found.append(key)
        return found

    def _compared(self, table: Table, names: Sequence[Column[Any]]) -> tuple[list[Key], list[Key]]:
        same, near = [], []
        for key, values in self._rows(table, names):
            borne = frozenset().union(*(words(str(value)) for value in values if value))
            if borne == self._sought.words and len(borne) > 1:
                same.append(key)
            elif self._sought.words <= borne or (len(borne) > 1 and borne <= self._sought.words):
                near.append(key)
        return same, near

    def _rows(self, table: Table, columns: Sequence[Column[Any]]) -> Iterator[tuple[Key, Sequence[Any]]]:
        number = len(table.primary_key)
        wanted = select(*table.primary_key, *columns).execution_options(yield_per=1000)
        with self._session.execute(wanted) as rows:
            for row in rows:
                yield tuple(row[:number]), row[number:]

    def _led_to(self, group: Group, keys: Iterable[Key]) -> Iterator[Subject]:
        for some in chunks(list(keys)):
            yield from self._people_of(group, some)

    def _people_of(self, group: Group, keys: Sequence[Key]) -> Iterator[Subject]:
        for route in group.routes:
            statement, final = follow(select(group.table).select_from(group.table), group.table, route)
            wanted = statement.where(having(group.table, keys)).with_only_columns(final).distinct()
            for key in self._session.scalars(wanted):
                if key is not None and route.target is not None:
                    owner = self._annotations.owners.get(route.target.name, "")
                    yield Subject(route.target.name, str(key), owner)
                elif key is not None:
                    yield self.owner_of(str(key), group.table)

    def owner_of(self, key: str, fallback: Table) -> Subject:
        """Return the person with this key, wherever people are kept; the row's own table when nobody has it."""
        for table in self._annotations.people():
            (column,) = table.primary_key
            value = as_value(column, key)
            if value is None or table.name not in self._present:
                continue
            if self._session.scalar(select(func.count()).select_from(table).where(column == value)):
                return Subject(table.name, key, self._annotations.owners[table.name])
        return Subject(fallback.name, key, self._annotations.owners[fallback.name])


def identifying(table: Table) -> dict[Column[Any], Kind]:
    """Return the columns by which a row of *table* is asked for: identifiers, names, and numbers that are unique."""
    found: dict[Column[Any], Kind] = {}
    for column in table.columns:
        declared = column.info.get("rgpd")
        kind = kind_of(declared.category) if isinstance(declared, Personal) and not declared.secret else None
        numbered = isinstance(stored_as(column), String) and not column.primary_key and identifies(column)
        if kind is None and numbered and not (isinstance(declared, Personal) and declared.secret):
            kind = "code"
        if kind and isinstance(stored_as(column), String | Uuid | Integer):
            found[column] = kind
    return found


def speaks_of(column: Column[Any], theirs: Collection[Column[Any]]) -> bool:
    """Tell whether *column* identifies the person that the columns *theirs* are about: one of them, or the row's number."""
    return column in set(theirs) or not isinstance(column.info.get("rgpd"), Personal)


def _opaque(column: Column[Any]) -> bool:
    """Tell whether *column* holds keys without meaning, which have one spelling."""
    declared = column.info.get("rgpd")
    named = isinstance(declared, Personal) and declared.category.startswith("unique_id")
    return isinstance(stored_as(column), Uuid) or (named and not identifies(column))
