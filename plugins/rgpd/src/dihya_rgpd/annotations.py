"""From the annotations of the columns to the question: which rows are about this person?"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs.data import Personal
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    PickleType,
    Select,
    String,
    Table,
    TypeDecorator,
    Uuid,
    or_,
    select,
    tuple_,
)
from sqlalchemy.types import TypeEngine

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)  # Columns compare into SQL, so identity it is.
class Route:
    """One way from a row to a person.

    Attributes:
        hops: foreign keys to follow, each with the column that it points to.
        final: the column that holds the person's key.
        target: the person's table; None where *final* is no foreign key, so that any person's key may stand there.
    """

    hops: tuple[tuple[Column[Any], Column[Any]], ...]
    final: Column[Any]
    target: Table | None


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The personal columns of a table that lead to the same person: one row may be about a sender and a receiver."""

    table: Table
    path: str
    columns: tuple[Column[Any], ...]
    routes: tuple[Route, ...]


class Annotations:
    """What the tables of the active plugins say about people.

    Args:
        tables: all tables of the metadata.
        plugins: names of the active plugins; ``table.info["plugin"]`` says whose a table is.

    Attributes:
        groups: the groups of each table that has personal columns.
        flaws: subject paths that lead nowhere, as sentences; their columns can be neither exported nor erased.
    """

    def __init__(self, tables: Iterable[Table], plugins: Iterable[str]) -> None:
        active = set(plugins)
        self.owners: dict[str, str] = {}
        self._tables: dict[str, Table] = {}
        for table in tables:
            if (owner := table.info.get("plugin")) in active:
                self.owners[table.name] = str(owner)
                self._tables[table.name] = table
        self.flaws: list[str] = []
        self.groups: dict[str, list[Group]] = {}
        for table in self.tables:
            if found := list(self._groups_of(table)):
                self.groups[table.name] = found

    @property
    def tables(self) -> list[Table]:
        """The tables of the active plugins."""
        return list(self._tables.values())

    def table(self, name: str) -> Table:
        """Return the table of this name. Raises KeyError when no active plugin has it."""
        return self._tables[name]

    def people(self) -> list[Table]:
        """Tables whose rows are people: their personal columns are about the row itself."""
        return [
            table
            for table in self.tables
            if any(
                route.target is table and not route.hops
                for group in self.groups.get(table.name, ())
                for route in group.routes
            )
        ]

    def places(self) -> Iterator[tuple[Table, Column[Any], Personal]]:
        """Every personal column with what it declares."""
        for table in self.tables:
            for column in table.columns:
                if isinstance(declared := column.info.get("rgpd"), Personal):
                    yield table, column, declared

    def _groups_of(self, table: Table) -> Iterator[Group]:
        by_path: dict[str, list[Column[Any]]] = {}
        for column in table.columns:
            if isinstance(declared := column.info.get("rgpd"), Personal):
                by_path.setdefault(declared.subject, []).append(column)
        for path, columns in by_path.items():
            routes = tuple(self._routes(table, tuple(path.split(".")), (), frozenset()))
            yield Group(table, path, tuple(columns), routes)

    def _routes(self, table: Table, path: Path, hops: tuple, seen: frozenset) -> Iterator[Route]:
        name, rest = path[0], path[1:]
        column = table.columns.get(name)
        if column is None:
            self.flaws.append(f"{table.name}: subject {'.'.join(path)!r} names no column")
            return
        if (table.name, path) in seen:
            self.flaws.append(f"{table.name}: subject {'.'.join(path)!r} runs in a circle")
            return
        seen |= {(table.name, path)}
        foreign = next(iter(column.foreign_keys), None)
        if foreign is None:
            if rest:
                self.flaws.append(f"{table.name}: subject {'.'.join(path)!r} goes on behind {name!r}, no foreign key")
            else:
                yield Route(hops, column, table if column.primary_key and len(table.primary_key) == 1 else None)
            return
        target, onward = foreign.column.table, (*hops, (column, foreign.column))
        if rest:
            yield from self._routes(target, rest, onward, seen)
            return
        further = {tuple(p.subject.split(".")) for c in target.columns if isinstance(p := c.info.get("rgpd"), Personal)}
        keys = [key.key for key in target.primary_key]
        if not further or (keys[0],) in further:
            if foreign.column.primary_key and len(keys) == 1:
                yield Route(hops, column, target)
            else:
                yield from self._routes(target, (keys[0],), onward, seen)
            return
        for path_of_target in sorted(further):  # The row belongs to another, which leads to the person.
            yield from self._routes(target, path_of_target, onward, seen)


def matching(group: Group, route: Route, subjects: Mapping[str, Sequence[str]]) -> Select[Any] | None:
    """Return the statement for the rows of *group* that *route* leads to one of *subjects*; None if none can.

    Args:
        subjects: keys of people by table.
    """
    if route.target is None:
        keys = [key for keys in subjects.values() for key in keys]
    else:
        keys = list(subjects.get(route.target.name, ()))
    values = [value for key in keys if (value := as_value(route.final, key)) is not None]
    if not values:
        return None
    statement, final = follow(select(group.table).select_from(group.table), group.table, route)
    return statement.where(final.in_(values))


def about(group: Group, subjects: Mapping[str, Sequence[str]]) -> ColumnElement[bool] | None:
    """Return the condition that a row of *group* leads to one of *subjects*, by any route; None if none can."""
    key = tuple_(*group.table.primary_key) if len(group.table.primary_key) > 1 else next(iter(group.table.primary_key))
    found = []
    for route in group.routes:
        statement = matching(group, route, subjects)
        if statement is None:
            continue
        if not route.hops:
            found.append(statement.whereclause)
        else:
            found.append(key.in_(statement.with_only_columns(*group.table.primary_key).correlate(None)))
    return or_(*found) if found else None  # type: ignore[arg-type]


def follow(statement: Select[Any], table: Table, route: Route) -> tuple[Select[Any], ColumnElement[Any]]:
    """Join the tables on *route* to *statement*; return it with the column that holds the person's key."""
    here: Any = table
    for column, target in route.hops:
        there = target.table.alias()
        statement = statement.join(there, here.c[column.key] == there.c[target.key])
        here = there
    return statement, here.c[route.final.key]


def stored_as(column: Column[Any]) -> TypeEngine[Any]:
    """Return the type that the database gives *column*, below what a plugin may have put around it."""
    kind: Any = column.type
    while isinstance(kind, TypeDecorator) and not isinstance(kind, PickleType):  # whose bytes say more than bytes
        kind = kind.impl_instance
    return kind


def as_value(column: Column[Any], key: str) -> Any:
    """Return *key* as a value of *column*, None where it cannot be one."""
    kind = stored_as(column)
    try:
        if isinstance(kind, Uuid):
            return uuid.UUID(key) if kind.as_uuid else str(uuid.UUID(key))
        if isinstance(kind, Integer):
            number = int(key)
            return number if abs(number) < 2**63 else None
    except ValueError:
        return None
    return key if isinstance(kind, String) and "\0" not in key else None
