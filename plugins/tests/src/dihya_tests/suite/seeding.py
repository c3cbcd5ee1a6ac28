"""Fills a plugin's tables for two people, with a word in every personal column that stands nowhere else."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import Subject

from .model import NotChecked

PEOPLE = ("tin", "ada")
ACCOUNTS = "securite_people"


@dataclass(slots=True)
class Sown:
    """What was filled in for one person.

    Attributes:
        rows: table → the values of the row.
        words: (table, column) → the word that stands in it and nowhere else.
        subjects: by which ``People`` knows the person.
    """

    tag: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    subjects: list[Subject] = field(default_factory=list)
    _made: Iterator[int] = field(default_factory=count)

    def word(self, table: Any) -> str:
        """Return a word that nothing else holds, the columns that are about nobody included: those outlive an erasure."""
        return f"Canary{self.tag}{next(self._made):03}{table.name[-4:]}".replace("_", "")

    def key(self, table: Any) -> Any:
        """The key of the row in a table with one key column."""
        (column,) = table.primary_key.columns
        return self.rows[table.name][column.name]


def sow(app: Any, tables: Iterable[Any]) -> tuple[Sown, Sown]:
    """Add a row of each person to each table, and to those that they refer to. Raises NotChecked where one takes none."""
    from dihya_hookspecs.data import Model

    with app.act("check.sow", actor=SYSTEM) as act:
        act.record(
            "check.sow"
        )  # who keeps a log begins it itself: rows that are sown look like the log of somebody else
    wanted = _with_targets([*tables, *_accounts(Model.metadata, app.engine)])
    found = tuple(Sown(tag) for tag in PEOPLE)
    with app.engine.begin() as connection:
        for number, sown in enumerate(found):
            for table in wanted:
                _row(connection, table, sown, number)
    return found  # type: ignore[return-value]


def _accounts(metadata: Any, engine: Any) -> list[Any]:
    """Return the table of accounts where this application has it; the metadata may know it of another one."""
    from sqlalchemy import inspect

    return [metadata.tables[ACCOUNTS]] if ACCOUNTS in metadata.tables and inspect(engine).has_table(ACCOUNTS) else []


def _with_targets(tables: Iterable[Any]) -> list[Any]:
    """Return the tables with those that they refer to, each behind what it refers to."""
    found: dict[str, Any] = {}

    def visit(table: Any) -> None:
        if table.name in found:
            return
        found[table.name] = None
        for key in table.foreign_keys:
            visit(key.column.table)
        del found[table.name]
        found[table.name] = table

    for table in sorted(tables, key=lambda one: one.name != ACCOUNTS):
        visit(table)
    return list(found.values())


def _row(connection: Any, table: Any, sown: Sown, number: int) -> None:
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.computed is not None:
            continue
        values[column.name] = _value(column, sown, number)
    try:
        connection.execute(table.insert().values({name: value for name, value in values.items() if value is not SELF}))
    except Exception as error:
        raise NotChecked(
            f"table {table.name} takes no row that could be guessed: {type(error).__name__}: {error}"[:400],
            f"la table {table.name} ne prend aucune ligne devinée : {type(error).__name__}: {error}"[:400],
        ) from error
    sown.rows[table.name] = values
    people = [column for column in table.primary_key.columns if _is_person(table, column)]
    if people and table.info.get("plugin"):
        sown.subjects.append(Subject(table.name, str(values[people[0].name]), table.info["plugin"]))


SELF = object()
"""A reference of a table to itself is left empty."""


def _is_person(table: Any, column: Any) -> bool:
    """Tell whether the rows of a table are people: a personal column is about the row's own key."""
    declared = [one.info.get("rgpd") for one in table.columns]
    return any(isinstance(one, Personal) and one.subject == column.name for one in declared) and not column.foreign_keys


def _value(column: Any, sown: Sown, number: int) -> Any:
    """Return a value for one column, and note the word in it where it is personal."""
    table = column.table
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return None if target.table is table else sown.rows[target.table.name][target.name]
    if column.primary_key and _is_person(table, column):
        return (
            column.default.arg(None)
            if column.default is not None and column.default.is_callable
            else _plain(column, number)
        )
    declared = column.info.get("rgpd")
    if (
        isinstance(declared, Personal) and declared.subject == column.name
    ):  # the id of an account, without a foreign key
        account = sown.rows.get(ACCOUNTS, {}).get("id", uuid.UUID(int=number + 1))
        return account if column.type.python_type is uuid.UUID else str(account)
    if column.primary_key and column.default is not None and column.default.is_callable:
        return column.default.arg(None)
    value, seen = with_word(column, sown.word(table), number)
    if seen and isinstance(declared, Personal):
        sown.words[table.name, column.name] = seen
    return value


def with_word(column: Any, word: str, number: int) -> tuple[Any, str]:
    """Return a value that the column takes, and the part of it that stands nowhere else; empty where none does."""
    kind = type(column.type).__name__
    length = getattr(column.type, "length", None)
    if kind == "Email" or "email" in column.name:
        return f"{word.lower()}@example.org", f"{word.lower()}@example.org"
    if kind == "Phone":
        phone = f"+3361234{int(''.join(char for char in word if char.isdigit()) or 0):03}{number}"
        return phone, phone
    if kind == "Url":
        return f"https://example.org/{word}", word
    if kind in ("Choice", "Enum"):
        choices = list(getattr(column.type, "choices", None) or getattr(column.type, "enums", ()))
        return (choices[0] if choices else None), ""
    if kind in ("Iban", "Colour"):
        return ({"Iban": "FR7630006000011234567890189", "Colour": "#336699"}[kind]), ""
    if kind == "JSON":
        return {"note": word}, word
    try:
        python = column.type.python_type
    except NotImplementedError:
        return None, ""
    if python is str:
        text = word if length is None else word[-length:]
        return text, (text if len(text) >= 10 else "")
    if python is bytes:
        return word.encode(), word
    return _plain(column, number), ""


def _plain(column: Any, number: int) -> Any:
    """Return a value of a kind in which no word fits; numbers grow from column to column, so that rows differ in themselves."""
    place = list(column.table.columns).index(column)
    moments = {dt.datetime: dt.datetime(2026, 1, 2, tzinfo=dt.UTC), dt.date: dt.date(2026, 1, 2), dt.time: dt.time(9)}
    beyond = 9000 if column.primary_key else 0  # the first numbers are those of rows that the plugin made itself
    plain: Mapping[type, Any] = {
        int: number + 1 + place + beyond, float: 1.0 + place, bool: False, decimal.Decimal: decimal.Decimal(1), uuid.UUID: uuid.uuid4(),
        dt.timedelta: dt.timedelta(days=1), str: f"s{number}", **moments,
    }  # fmt: skip
    return plain.get(column.type.python_type)


def sendable(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | decimal.Decimal) else value
