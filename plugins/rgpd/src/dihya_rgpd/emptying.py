"""What stands in a personal column after its value has gone and the row has stayed."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time
from typing import Any

from dihya_hookspecs.fields import Choice, field_of
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Time,
    UniqueConstraint,
    Uuid,
)  # fmt: skip

from .annotations import stored_as

_MARK = "erased-"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unemptiable(Exception):
    """The column must hold a value and has no neutral one."""


def empty(column: Column[Any], value: Any) -> Any:
    """Return what replaces *value* in *column*; the value itself when it is empty already. Raises Unemptiable."""
    if value is None:
        return None
    if column.nullable:
        return None
    kind = stored_as(column)
    unique = is_unique(column)
    if isinstance(column.type, Choice) and not unique and (default := field_of(column).default) is not None:
        return default  # the word that a row has of which nobody said anything
    if isinstance(kind, Enum) or isinstance(column.type, Choice):
        raise Unemptiable(f"{column.table.name}.{column.name} must be one of its choices")
    if isinstance(kind, String):
        return _text(value, kind.length) if unique else ""
    if isinstance(kind, Uuid):
        raise Unemptiable(f"{column.table.name}.{column.name} must be a UUID")
    if unique:
        raise Unemptiable(f"{column.table.name}.{column.name} must be unique")
    return _neutral(column)


def is_unique(column: Column[Any]) -> bool:
    """Tell whether *column* takes part in a rule that two rows must differ."""
    table: Any = column.table
    rules = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    indexes = [index for index in table.indexes if index.unique]
    return bool(column.unique) or any(column.name in rule.columns for rule in (*rules, *indexes))


def identifies(column: Column[Any]) -> bool:
    """Tell whether *column* alone tells the rows of its table apart."""
    table: Any = column.table
    rules = [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index.columns for index in table.indexes if index.unique]
    return bool(column.unique) or any(list(columns) == [column] for columns in rules)


def _text(value: str, length: int | None) -> str:
    if value.startswith(_MARK):
        return value
    return f"{_MARK}{secrets.token_hex(12)}"[: length or 100]


def _neutral(column: Column[Any]) -> Any:
    kind = stored_as(column)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, (Integer, Numeric, Float)):
        return 0
    if isinstance(kind, DateTime):
        return _EPOCH if kind.timezone else _EPOCH.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(1970, 1, 1)
    if isinstance(kind, Time):
        return time()
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, LargeBinary):
        return b""
    raise Unemptiable(f"{column.table.name}.{column.name} of type {kind} has no neutral value")


def same(old: Any, new: Any) -> bool:
    """Tell whether *new* is what stands there already; SQLite forgets time zones."""
    if isinstance(old, datetime) and isinstance(new, datetime):
        return old.replace(tzinfo=None) == new.replace(tzinfo=None)
    return old == new
