"""What is to become of each row about a person, decided before anything is touched."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, or_, select, tuple_
from sqlalchemy.orm import Session

from .annotations import Annotations, Group, about, matching
from .emptying import Unemptiable, empty, same
from .retention import until

Key = tuple[Any, ...]
_CHUNK = 300
ROWS = 500
"""Rows that are read at once where there may be any number of them."""


@dataclass(slots=True)
class Fate:
    """A row about the person.

    Attributes:
        groups: the groups of columns that are about them.
        delete: the row goes.
        values: the columns that are emptied, with what will stand there.
        kept: the columns that are retained, with the last day of the duty where it is known.
    """

    row: Mapping[str, Any]
    groups: list[Group] = field(default_factory=list)
    delete: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, date | None] = field(default_factory=dict)


def rows_about(
    session: Session, annotations: Annotations, subjects: Mapping[str, Sequence[str]], present: set[str]
) -> dict[str, dict[Key, Fate]]:
    """Return the rows about *subjects* by table and primary key, each with the groups of columns that are about them."""
    fates: dict[str, dict[Key, Fate]] = {}
    for table in annotations.tables:
        if table.name not in present:
            continue
        for group in annotations.groups.get(table.name, ()):
            for route in group.routes:
                statement = matching(group, route, subjects)
                for row in session.execute(statement).mappings() if statement is not None else ():
                    found = fates.setdefault(table.name, {})
                    fate = found.setdefault(key_of(table, row), Fate(by_key(table, row)))
                    if group not in fate.groups:
                        fate.groups.append(group)
    return fates


def fates_of(
    session: Session, table: Table, groups: Sequence[Group], subjects: Mapping[str, Sequence[str]]
) -> Iterator[Fate]:
    """Yield the rows of *table* about *subjects* as ``rows_about`` has them, one after the other: never all in memory."""
    found = [(group, condition) for group in groups if (condition := about(group, subjects)) is not None]
    if not found:
        return
    marks = [condition.label(f"about_{number}") for number, (_, condition) in enumerate(found)]
    statement = select(table, *marks).where(or_(*(condition for _, condition in found)))
    with session.execute(statement.execution_options(yield_per=ROWS)) as rows:
        for row in rows.mappings():
            yield Fate(
                by_key(table, row), [group for (group, _), mark in zip(found, marks, strict=True) if row[mark.name]]
            )


class Plan(ABC):
    """The fate of rows, with every reference between them respected.

    Attributes:
        fates: rows by table and primary key.
        stuck: columns that could not be emptied, as sentences.
    """

    def __init__(
        self, session: Session, annotations: Annotations, present: set[str], fates: dict[str, dict[Key, Fate]]
    ) -> None:
        self._session = session
        self._annotations = annotations
        self._present = present
        self.fates = fates
        self.stuck: dict[str, list[str]] = {}
        for name, found in self.fates.items():
            table = annotations.table(name)
            for fate in found.values():
                if grows(table):
                    keep(table, fate)
                else:
                    self._decide(table, fate)
        self._spare_the_referenced()

    @abstractmethod
    def _decide(self, table: Table, fate: Fate) -> None:
        """Say what becomes of one row."""

    def _empty(self, table: Table, fate: Fate) -> None:
        """Note what will stand in the columns that are neither retained nor part of the row's identity."""
        for group in fate.groups:
            for column in group.columns:
                if column.key in fate.kept or column.primary_key:
                    continue
                if column.foreign_keys and not column.nullable:
                    continue  # It leads to a row that stays because of it, with nothing about a person in it.
                try:
                    new = empty(column, fate.row[column.key])
                except Unemptiable as error:
                    self.stuck.setdefault(table.name, [])
                    if str(error) not in self.stuck[table.name]:
                        self.stuck[table.name].append(str(error))
                    continue
                if not same(fate.row[column.key], new):
                    fate.values[column.key] = new

    def _spare_the_referenced(self) -> None:
        """Keep, emptied, the rows that a surviving row refers to; repeat, since each of them may refer to another."""
        again = True
        while again:
            again = False
            for table in self._annotations.tables:
                doomed = {key: fate for key, fate in self.fates.get(table.name, {}).items() if fate.delete}
                for key in self._referenced(table, doomed):
                    doomed[key].delete = False
                    self._empty(table, doomed[key])
                    again = True

    def _referenced(self, table: Table, doomed: Mapping[Key, Fate]) -> set[Key]:
        """Return the keys among *doomed* that rows refer to which stay."""
        found: set[Key] = set()
        if not doomed:
            return found
        for other, column, foreign in self._references(table):
            by_value: dict[Any, Key] = {fate.row[foreign.column.key]: key for key, fate in doomed.items()}
            for values in chunks(list(by_value)):
                statement = select(*other.primary_key, column).where(column.in_(values))
                for row in self._session.execute(statement):
                    fate = self.fates.get(other.name, {}).get(tuple(row[:-1]))
                    if not self._lets_go(other, column, foreign, fate):
                        found.add(by_value[row[-1]])
        return found

    def _references(self, table: Table) -> Iterator[tuple[Table, Column[Any], ForeignKey]]:
        for other in table.metadata.tables.values():
            if other.name not in self._present:
                continue
            for column in other.columns:
                for foreign in column.foreign_keys:
                    if foreign.column.table is table:
                        yield other, column, foreign

    def _lets_go(self, other: Table, column: Column[Any], foreign: ForeignKey, fate: Fate | None) -> bool:
        """Tell whether a referring row does not stand in the way."""
        if fate is not None and (fate.delete or (column.key in fate.values and fate.values[column.key] is None)):
            return True
        if foreign.ondelete == "SET NULL":
            return True
        # The database may take along what says nothing about anybody; never what is about another person.
        return fate is None and foreign.ondelete == "CASCADE" and other.name not in self._annotations.groups


class ErasurePlan(Plan):
    """The fate of every row about *subjects* when they are erased.

    Args:
        subjects: keys of people by table.
        keep_people: the people's own rows stay, because another part of the demand is still to be done.
        leave: tables that take no part.
    """

    def __init__(
        self, session: Session, annotations: Annotations, subjects: Mapping[str, Sequence[str]], present: set[str],
        *, keep_people: bool = False, leave: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._keep_people = keep_people
        fates = rows_about(session, annotations, subjects, present - set(leave))
        super().__init__(session, annotations, present, fates)

    def _decide(self, table: Table, fate: Fate) -> None:
        today = datetime.now(UTC).date()
        for group in fate.groups:
            for column in group.columns:
                if fate.row[column.key] is not None and bound(table, column, fate, today):
                    fate.kept[column.key] = end_of(table, column, fate)
        others = [group for group in self._annotations.groups[table.name] if group not in fate.groups]
        shared = any(fate.row[column.key] is not None for group in others for column in group.columns)
        own = self._keep_people and table in self._annotations.people()
        fate.delete = table.info.get("erase") == "delete" and not fate.kept and not shared and not own
        if not fate.delete and not own:
            self._empty(table, fate)


def grows(table: Table) -> bool:
    """Tell whether *table* only grows: no row of it is ever changed or removed."""
    return table.info.get("erase") == "keep"


def keep(table: Table, fate: Fate) -> None:
    """Retain what stands in a row, each column with the end of its duty."""
    for group in fate.groups:
        for column in group.columns:
            if fate.row[column.key] is not None:
                fate.kept[column.key] = end_of(table, column, fate)


def end_of(table: Table, column: Column[Any], fate: Fate) -> date | None:
    """Return the last day for which *column* of this row is kept; None while it is not known."""
    return until(column.info["rgpd"].retention, fate.row, tuple(one.key for one in table.primary_key))


def bound(table: Table, column: Column[Any], fate: Fate, today: date) -> bool:
    """Tell whether the law obliges to keep *column* of this row today."""
    if column.info["rgpd"].basis != "legal_obligation":
        return False
    end = end_of(table, column, fate)
    return end is None or end >= today


def by_key(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return *row* with the keys of the columns, which may differ from their names."""
    return {column.key: row[column] for column in table.columns}


def key_of(table: Table, row: Mapping[Any, Any]) -> Key:
    """Return the primary key of *row*."""
    return tuple(row[column] for column in table.primary_key)


def having(table: Table, keys: Sequence[Key]) -> Any:
    """Return the condition that a row has one of *keys*."""
    columns = list(table.primary_key)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


def chunks(items: list[Any]) -> Iterator[list[Any]]:
    """Yield *items* in parts that every database takes as parameters."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def obliged(fates: Mapping[str, Mapping[Key, Fate]]) -> bool:
    """Tell whether a duty to keep any of these rows is still running; what only grows counts until its duty ends."""
    today = datetime.now(UTC).date()
    return any(
        end is None or end >= today for found in fates.values() for fate in found.values() for end in fate.kept.values()
    )
