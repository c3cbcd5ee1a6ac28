"""What stands in SQLite, as PostgreSQL takes it: by the type of the column there."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dihya_hookspecs import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of one type travel.

    Attributes:
        send: takes what SQLite holds and returns what is written; raises ValueError, in words that follow "holds".
        plain: takes what was sent, or what was read again, and returns what the two are compared by.
        read: SQL that reads a column again.
    """

    send: Callable[[Any], Any]
    plain: Callable[[Any], Any] = lambda value: value
    read: str = "{}"


def kind_of(type_: str, modifier: int = -1) -> Kind:
    """Return how values of a PostgreSQL type travel.

    Args:
        type_: its name in ``pg_type``; ``enum`` for every type of words.
        modifier: of the column, as ``pg_attribute`` has it.

    Raises:
        Invalid: no value of that type comes from SQLite.
    """
    if type_ == "numeric":
        scale = None if modifier < 0 else (modifier - 4) & 0x7FF
        return Kind(lambda value: _decimal(value, scale), _bare)
    if type_ not in _KINDS:
        raise Invalid(f"type {type_!r}, which has no counterpart in SQLite", code="type")
    return _KINDS[type_]


def _words(value: Any) -> str:
    if isinstance(value, bytes):
        raise ValueError("bytes in a column of text")
    found = value if isinstance(value, str) else str(value)
    if "\0" in found:
        raise ValueError("the character NUL, which PostgreSQL stores in no text")
    if not found.isascii():
        try:
            found.encode()
        except UnicodeEncodeError:
            raise ValueError("bytes that are no UTF-8 in a column of text") from None
    return found


def _json(value: Any) -> str:
    # A column of JSON has numeric affinity in SQLite: what looks like a number is one.
    return json.dumps(value) if isinstance(value, int | float) else _words(value)


def _boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError("neither 0 nor 1 in a column of yes and no")
    return bool(value)


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int):
        raise ValueError("something else than a whole number")
    return value


def _float(value: Any) -> float:
    if not isinstance(value, int | float):
        raise ValueError("something else than a number")
    return float(value)


def _single(value: Any) -> float:
    return float(struct.unpack("f", struct.pack("f", _float(value)))[0])


def _decimal(value: Any, scale: int | None) -> Decimal:
    if not isinstance(value, int | float):
        raise ValueError("something else than a number")
    return Decimal(value if isinstance(value, int) else repr(value) if scale is None else f"{value:.{scale}f}")


def _bare(value: Decimal) -> str:
    found = f"{value:f}"
    found = found.rstrip("0").rstrip(".") if "." in found else found
    return "0" if found == "-0" else found


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if not isinstance(value, bytes):
        raise ValueError("a number in a column of bytes")
    return value


def _uuid(value: Any) -> UUID:
    try:
        return UUID(bytes=value) if isinstance(value, bytes) else UUID(str(value))
    except ValueError:
        raise ValueError("something else than a UUID") from None


def _moment(value: Any) -> datetime:
    found: datetime = _read(datetime, value)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _local(value: Any) -> datetime:
    return _moment(value).replace(tzinfo=None)


def _span(value: Any) -> timedelta:
    return _moment(value) - _EPOCH  # as SQLAlchemy stores what SQLite has no type for


def _read(type_: Any, value: Any) -> Any:
    try:
        return type_.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"something else than a {type_.__name__}") from None


def _sorted(value: str) -> str:
    return json.dumps(json.loads(value), sort_keys=True)


_TEXT, _WHOLE = Kind(_words), Kind(_whole)
_KINDS = {
    "text": _TEXT,
    "varchar": _TEXT,
    "enum": _TEXT,
    "bpchar": Kind(_words, lambda value: value.rstrip(" ")),
    "int2": _WHOLE,
    "int4": _WHOLE,
    "int8": _WHOLE,
    "float8": Kind(_float),
    "float4": Kind(_single),
    "bool": Kind(_boolean),
    "bytea": Kind(_bytes),
    "uuid": Kind(_uuid, lambda value: value.hex),
    "json": Kind(_json, read="{}::text"),
    "jsonb": Kind(_json, _sorted, "{}::text"),
    "timestamptz": Kind(_moment, lambda value: value.astimezone(UTC).isoformat()),
    "timestamp": Kind(_local, datetime.isoformat),
    "date": Kind(lambda value: _read(date, value), date.isoformat),
    "time": Kind(lambda value: _read(time, value), time.isoformat),
    "interval": Kind(_span, str),
}
