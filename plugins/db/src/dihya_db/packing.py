"""A row as JSON, and back: every value as its column stores it, so that what a plugin seals stays sealed."""

from __future__ import annotations

import base64
import datetime as dt
import enum
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Dialect, Table
from sqlalchemy.types import PickleType, TypeDecorator, TypeEngine

_SAID: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.name),
    (uuid.UUID, str),
    (dt.datetime, lambda value: value.isoformat()),
    (dt.date, lambda value: value.isoformat()),
    (dt.time, lambda value: value.isoformat()),
    (dt.timedelta, lambda value: value.total_seconds()),
    (Decimal, str),
    (bytes, lambda value: base64.b64encode(value).decode()),
)
_READ: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (sa.DateTime, dt.datetime.fromisoformat),
    (sa.Date, dt.date.fromisoformat),
    (sa.Time, dt.time.fromisoformat),
    (sa.Interval, lambda said: dt.timedelta(seconds=said)),
    (sa.Float, float),
    (sa.Numeric, Decimal),
    (sa.LargeBinary, base64.b64decode),
)


def packable(table: Table) -> bool:
    """Tell whether every value of *table* can be written down; not what only Python's pickle can."""
    return not any(isinstance(kind, PickleType) for column in table.columns for kind in _layers(column.type))


def pack(column: Column[Any], value: Any, dialect: Dialect) -> Any:
    """Return *value* as JSON says it, as the column would store it."""
    for kind in _layers(column.type):
        if isinstance(kind, TypeDecorator) and _overrides(kind, "process_bind_param"):
            value = kind.process_bind_param(value, dialect)
    return next((said(value) for known, said in _SAID if isinstance(value, known)), value)


def unpack(column: Column[Any], said: Any, dialect: Dialect) -> Any:
    """Return what ``pack`` has packed, as a record has it."""
    layers = _layers(column.type)
    value = None if said is None else _read(layers[-1], said)
    for kind in reversed(layers):
        if isinstance(kind, TypeDecorator) and _overrides(kind, "process_result_value"):
            value = kind.process_result_value(value, dialect)
    return value


def unpacked(table: Table, said: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """Return the values of a row; a column that the table no longer has is left out."""
    return {name: unpack(table.columns[name], value, dialect) for name, value in said.items() if name in table.columns}


def _layers(kind: Any) -> list[Any]:
    """Return a type and the types below it, the one that the database knows last."""
    found = [kind]
    while isinstance(found[-1], TypeDecorator) and not isinstance(found[-1], PickleType | sa.Interval):
        found.append(found[-1].impl_instance)
    return found


def _overrides(kind: Any, method: str) -> bool:
    return getattr(type(kind), method) is not getattr(TypeDecorator, method)


def _read(kind: Any, said: Any) -> Any:
    if isinstance(kind, sa.Uuid):
        return uuid.UUID(said) if kind.as_uuid else said
    if isinstance(kind, sa.Enum):
        return kind.enum_class[said] if kind.enum_class else said
    return next((read(said) for known, read in _READ if isinstance(kind, known)), said)
