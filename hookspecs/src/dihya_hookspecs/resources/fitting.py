"""What a database column cannot hold, found before the database says so with an error of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Numeric, SmallInteger, String, TypeDecorator
from sqlalchemy.engine.default import DefaultDialect

from .. import Flaw
from . import sentences


def misfits(columns: Mapping[str, Column[Any]], values: Mapping[str, Any]) -> list[Flaw]:
    """Return a flaw for each value that SQLite or PostgreSQL would refuse or change: too long, too large, NUL bytes."""
    flaws = []
    for name, value in values.items():
        if complaint := _text(value) or (name in columns and _typed(columns[name], value)) or "":
            flaws.append(Flaw(f"/{name}", complaint))
    return flaws


def _text(value: Any) -> str:
    for text in _strings(value):
        if "\0" in text:
            return str(sentences.NUL)
        if any("\ud800" <= character <= "\udfff" for character in text):
            return str(sentences.UNICODE)
    return ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield str(name)
            yield from _strings(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _strings(part)


def _typed(column: Column[Any], value: Any) -> str:
    kind = column.type
    if isinstance(kind, TypeDecorator):
        return _decorated(kind, value)
    match value:
        case bool():
            return ""
        case int() if isinstance(kind, Integer):
            bits = 63 if isinstance(kind, BigInteger) else 15 if isinstance(kind, SmallInteger) else 31
            if not -(1 << bits) <= value < 1 << bits:
                return str(sentences.BITS) % {"digits": len(str(1 << bits)) - 1}
        case str() if isinstance(kind, String) and kind.length and len(value) > kind.length:
            return str(sentences.LONGER) % {"max_length": kind.length}
        case float() if not math.isfinite(value):
            return str(sentences.FINITE)
        case int() | Decimal() if isinstance(kind, Numeric):
            return _decimal(kind, Decimal(value))
        case datetime() if not _representable(value):
            return str(sentences.YEARS)
    return ""


def _decorated(kind: TypeDecorator[Any], value: Any) -> str:
    """A type of a plugin's own may store something else, such as an amount in cents: that is what must fit."""
    try:
        stored = kind.process_bind_param(value, DefaultDialect())
    except NotImplementedError:
        stored = value
    except (ArithmeticError, TypeError, ValueError):
        return str(sentences.MISFIT)
    complaint = _typed(Column("stored", kind.impl_instance), stored)
    return str(sentences.SMALLER) if complaint and stored != value and isinstance(stored, int) else complaint


def _decimal(kind: Numeric[Any], value: Decimal) -> str:
    """SQLite keeps decimals as floating point, PostgreSQL refuses too many digits, and both round what is too fine."""
    if not value.is_finite():
        return str(sentences.FINITE)
    whole = (kind.precision or 15) - (kind.scale or 0)
    if abs(value) >= Decimal(10) ** whole:
        return str(sentences.SMALLER)
    places = -int(value.normalize().as_tuple().exponent)
    if kind.scale is not None and places > kind.scale:
        return str(sentences.PLACES) % {"decimal_places": kind.scale}
    return ""


def _representable(value: datetime) -> bool:
    try:
        value.astimezone(UTC) if value.tzinfo else value
    except OverflowError:
        return False
    return True
