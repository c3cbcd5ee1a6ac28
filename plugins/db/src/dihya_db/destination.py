"""A PostgreSQL schema that is being filled: what is in it, what it asks of rows, where its numbers go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from dihya_hookspecs import Invalid
from sqlalchemy import Connection, text

from .conversion import Kind, kind_of

_RELATIONS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1
"""
_COLUMNS = """
SELECT c.relname AS table, a.attname AS column, CASE t.typtype WHEN 'e' THEN 'enum' ELSE t.typname END AS type,
       a.atttypmod AS modifier, coalesce(a.attnum = ANY (i.indkey), false) AS key,
       pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum
"""
_REFERENCES = """
SELECT t.relname AS table, r.relname AS to, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 3
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is filled, and the sequence that numbers it (empty: none)."""

    name: str
    kind: Kind
    key: bool
    sequence: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: from which table to which, and how to make it again."""

    table: str
    to: str
    name: str
    definition: str


def occupied(connection: Connection) -> list[str]:
    """Return what stands in the schema, but for what belongs to extensions."""
    return list(connection.scalars(text(_RELATIONS)))


def columns(connection: Connection) -> dict[str, list[Column]]:
    """Return the columns of every table. Raises Invalid when one has a type that nothing in SQLite becomes."""
    found: dict[str, list[Column]] = {}
    for row in connection.execute(text(_COLUMNS)).mappings():
        try:
            kind = kind_of(row["type"], row["modifier"])
        except Invalid as error:
            raise Invalid(f"column {row['table']}.{row['column']} has {error.message}", code="type") from None
        found.setdefault(row["table"], []).append(Column(row["column"], kind, row["key"], row["sequence"] or ""))
    return found


def references(connection: Connection) -> list[Reference]:
    """Return every foreign key of the schema."""
    return [Reference(**row) for row in connection.execute(text(_REFERENCES)).mappings()]


def ordered(tables: Iterable[str], found: Iterable[Reference]) -> tuple[list[str], list[Reference]]:
    """Return the tables so that rows come after those they refer to, and the foreign keys that no order can honour."""
    apart = [one for one in found if one.table == one.to]
    left = [one for one in found if one.table != one.to]
    while True:
        waits: dict[str, set[str]] = {name: set() for name in sorted(tables)}
        for one in left:
            waits[one.table].add(one.to)
        try:
            return list(TopologicalSorter(waits).static_order()), apart
        except CycleError as error:
            circle = error.args[1]  # each is waited for by the next
            broken = [one for one in left if (one.to, one.table) == (circle[0], circle[1])]
            apart, left = [*apart, *broken], [one for one in left if one not in broken]


def take_off(connection: Connection, apart: Iterable[Reference]) -> None:
    """Remove foreign keys for a while."""
    quote = connection.dialect.identifier_preparer.quote
    for one in apart:
        connection.execute(text(f"ALTER TABLE {quote(one.table)} DROP CONSTRAINT {quote(one.name)}"))


def put_on(connection: Connection, apart: Iterable[Reference]) -> None:
    """Make them again, and so check every row."""
    quote = connection.dialect.identifier_preparer.quote
    for one in apart:
        definition = one.definition.replace(":", r"\:")
        connection.execute(text(f"ALTER TABLE {quote(one.table)} ADD CONSTRAINT {quote(one.name)} {definition}"))


def go_on(connection: Connection, table: str, columns: Iterable[Column], used: Mapping[str, int]) -> None:
    """Let the numbers of *table* go on after its highest, and after the highest that was ever used."""
    quote = connection.dialect.identifier_preparer.quote
    for column in columns:
        if column.sequence:
            asked = f"SELECT max({quote(column.name)}) AS n FROM {quote(table)}"  # noqa: S608 - quoted
            highest = int(max(connection.scalar(text(asked)) or 0, used.get(table, 0)))
            if highest > 0:
                connection.execute(text("SELECT setval(:name, :n)"), {"name": column.sequence, "n": highest})
