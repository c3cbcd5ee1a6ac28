"""Whom a row is about, as its columns declare: found while the rows still stand that it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dihya_hookspecs.data import Personal
from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

Person = tuple[str, str]
"""The table among whose rows somebody is known, and their key there."""


class Belonging:
    """Looks persons up for rows that are removed or changed; a row that several lead through is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[tuple[str, str, Any], Mapping[str, Any] | None] = {}

    def parts(self, table: Table, values: Mapping[str, Any]) -> dict[Person | None, dict[str, Any]]:
        """Return the values of a row by the person that each is about; all of them where it is about one person only.

        Of a row about several, what is about nobody stands under None; a link that leads to a person is theirs.
        """
        found: dict[Person | None, dict[str, Any]] = {None: {}}
        heads = self._heads(table)
        for column in table.columns:
            if column.key in values:
                for person in self._people(table, column, values, heads) or [None]:
                    found.setdefault(person, {})[column.key] = values[column.key]
        people = [person for person in found if person is not None]
        return {people[0]: dict(values)} if len(people) == 1 else found

    def _people(
        self, table: Table, column: Column[Any], values: Mapping[str, Any], heads: Mapping[str, set[str]]
    ) -> list[Person | None]:
        declared = column.info.get("rgpd")
        paths = {declared.subject} if isinstance(declared, Personal) else heads.get(column.key, set())
        return list(
            dict.fromkeys(one for path in sorted(paths) for one in self._led(table, path.split("."), values, set()))
        )

    def _heads(self, table: Table) -> dict[str, set[str]]:
        """Return the columns with which the ways to people begin, and these ways."""
        found: dict[str, set[str]] = {}
        for column in table.columns:
            if isinstance(declared := column.info.get("rgpd"), Personal):
                found.setdefault(declared.subject.partition(".")[0], set()).add(declared.subject)
        return found

    def _led(self, table: Table, path: list[str], values: Mapping[str, Any], seen: set[Any]) -> Iterator[Person]:
        """Yield the people to whom a path leads from a row, across the rows that belong to others."""
        column, rest = table.columns.get(path[0]), path[1:]
        value = None if column is None else values.get(column.key)
        if column is None or value is None or (table.name, *path) in seen:
            return
        seen = seen | {(table.name, *path)}
        foreign = next(iter(column.foreign_keys), None)
        if foreign is None:
            yield table.name, str(value)
            return
        target = foreign.column.table
        further = [rest] if rest else self._further(target)
        if not further:
            yield target.name, str(value)
        elif (row := self._row(target, foreign.column, value)) is not None:
            for onward in further:
                yield from self._led(target, onward, row, seen)

    def _further(self, target: Table) -> list[list[str]]:
        """Return how it goes on from a row that is no person but belongs to one; nothing where it is a person."""
        paths = {one.subject for column in target.columns if isinstance(one := column.info.get("rgpd"), Personal)}
        own = next(iter(target.primary_key)).key
        return [] if own in paths else [path.split(".") for path in sorted(paths)]

    def _row(self, table: Table, column: Column[Any], value: Any) -> Mapping[str, Any] | None:
        place = table.name, column.key, value
        if place not in self._rows:
            found = self._session.execute(select(table).where(column == value)).mappings().first()
            self._rows[place] = None if found is None else {each.key: found[each] for each in table.columns}
        return self._rows[place]
