"""What the database refused, said by the constraint that it names."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from .. import Flaw, Invalid
from ..rules.kinds import UniqueTogether

_UNIQUE = re.compile(r"^UNIQUE constraint failed: (?P<columns>\S+\.\S+(?:, \S+\.\S+)*)$")
_NOT_NULL = re.compile(r"^NOT NULL constraint failed: (?P<table>\S+)\.(?P<column>\S+)$")
_CHECK = re.compile(r"^CHECK constraint failed: (?P<name>.+)$")
_INDEX = re.compile(r"^UNIQUE constraint failed: index '(?P<name>.+)'$")


def explained(error: IntegrityError, table: Table) -> Invalid:
    """Return the refusal (409) with a flaw for each column that the broken constraint is about."""
    state, name, column = _facts(error, table)
    if state == "unique":
        return taken(_columns(table, name), table)
    if state == "not null" and column in table.columns:
        detail = f"{column!r} must have a value"
        return Invalid(detail, code="missing", status=409, flaws=[Flaw(f"/{column}", detail, "missing")])
    if state == "foreign key":
        return Invalid(
            "another record refers to this one, or the one it refers to is gone", code="referred", status=409
        )
    return Invalid(f"the database refuses this record of {table.name}", code="clash", status=409)


def taken(columns: tuple[str, ...], table: Table) -> Invalid:
    """Return the refusal of values that another record has, with a flaw for each of these columns."""
    if not columns:
        return Invalid(f"there is already such a record in {table.name}", code="taken", status=409)
    if len(columns) == 1:
        detail, code = f"{columns[0]!r} must be unique, and this value is taken", "taken"
    else:
        detail, code = str(UniqueTogether(columns[0], others=columns[1:]).said(table)), "taken-together"
    return Invalid(detail, code=code, status=409, flaws=[Flaw(f"/{name}", detail, code) for name in columns])


def _facts(error: IntegrityError, table: Table) -> tuple[str, str, str]:
    """Return the kind of constraint, its name, and its column where the driver names only that."""
    if diagnosis := getattr(error.orig, "diag", None):  # psycopg
        kinds = {"23505": "unique", "23503": "foreign key", "23502": "not null", "23514": "check", "23P01": "unique"}
        return (
            kinds.get(diagnosis.sqlstate or "", ""),
            diagnosis.constraint_name or "",
            diagnosis.column_name or "" if diagnosis.table_name == table.name else "",
        )
    return _sqlite(error.orig, table)


def _sqlite(error: Any, table: Table) -> tuple[str, str, str]:
    """SQLite names the columns of a unique constraint exactly, and everything else by a code of its own."""
    text, code = str(error), getattr(error, "sqlite_errorname", "")
    if code == "SQLITE_CONSTRAINT_FOREIGNKEY" or code == "SQLITE_CONSTRAINT_TRIGGER":
        return "foreign key", "", ""
    if found := _INDEX.match(text):
        return "unique", found["name"], ""
    if found := _UNIQUE.match(text):
        names = [tuple(each.rsplit(".", 1)) for each in found["columns"].split(", ")]
        return "unique", _named(table, [column for of, column in names if of == table.name]), ""
    if found := _NOT_NULL.match(text):
        return "not null", "", found["column"] if found["table"] == table.name else ""
    if found := _CHECK.match(text):
        return "check", found["name"], ""
    return "", "", ""


def _named(table: Table, columns: list[str]) -> str:
    """Return the name of the unique constraint or index over exactly these columns."""
    return next((name for name, found in _uniques(table).items() if sorted(found) == sorted(columns)), "")


def _columns(table: Table, name: str) -> tuple[str, ...]:
    found = _uniques(table).get(name, ())
    return tuple(column.key for column in table.columns if column.name in found)


def _uniques(table: Table) -> dict[str, list[str]]:
    """Return every unique constraint and index of a table by name, with the names of its columns."""
    found = {f"pk_{table.name}": [column.name for column in table.primary_key.columns]}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found[_name(table, constraint)] = [column.name for column in constraint.columns]
    for index in table.indexes:
        if index.unique:
            found[str(index.name)] = [column.name for column in index.columns]
    return found


def _name(table: Table, constraint: UniqueConstraint) -> str:
    """Return the name that the constraint has in the database, which the naming convention gives it."""
    from sqlalchemy.dialects import sqlite

    return str(sqlite.dialect().identifier_preparer.format_constraint(constraint))
