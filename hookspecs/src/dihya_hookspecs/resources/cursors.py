"""A place between two rows: a keyset that carries the sort values and the id of one of them, so that it outlives its row.

The values may be personal and cursors stand in addresses, so they are sealed where the application keeps a secret.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .. import Invalid
from ..sealing import seals

_PURPOSE = "cursor"


@dataclass(frozen=True, slots=True)
class Place:
    """What a cursor says.

    Attributes:
        values: the sort values of a row, the id last, as the driver gave them.
        included: whether this row itself belongs to what is read from here on.
    """

    values: Sequence[Any]
    included: bool = False


def write(table: str, sort: Sequence[str], place: Place) -> str:
    """Return the cursor of a place in this table, in this order."""
    said: list[Any] = [table, list(sort), [_said(value) for value in place.values]]
    said += [True] if place.included else []
    return seals().seal(_PURPOSE, json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def read(table: str, sort: Sequence[str], cursor: str) -> Place:
    """Return the place of a cursor. Raises Invalid unless it was made for this table and this order."""
    try:
        of, order, values, *included = json.loads(seals().unseal(_PURPOSE, cursor))
        found = [_value(each) for each in values]
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise _foreign(cursor) from error
    if (of, order) != (table, list(sort)) or len(found) != len(order) + 1:
        raise _foreign(cursor)
    return Place(found, bool(included))


def _foreign(cursor: str) -> Invalid:
    return Invalid(f"{cursor[:64]!r} is not a cursor of this list in this order; start again without it", code="cursor")


def _said(value: Any) -> Any:
    """Return a value of a driver as JSON: itself, or its type's letter and its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    for letter, (kind, _read) in _KINDS.items():
        if isinstance(value, kind):
            return [letter, value.isoformat() if hasattr(value, "isoformat") else str(value)]
    raise TypeError(f"lists cannot be sorted by values of type {type(value).__name__}")


def _value(said: Any) -> Any:
    return _KINDS[said[0]][1](said[1]) if isinstance(said, list) else said


_KINDS: dict[str, tuple[type, Any]] = {  # a datetime is a date, so it comes first
    "m": (dt.datetime, dt.datetime.fromisoformat),
    "d": (dt.date, dt.date.fromisoformat),
    "t": (dt.time, dt.time.fromisoformat),
    "n": (Decimal, Decimal),
    "u": (uuid.UUID, uuid.UUID),
}
