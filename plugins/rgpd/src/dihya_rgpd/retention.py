"""Until when something must be kept."""

from __future__ import annotations

import re
import uuid
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

_FORM = re.compile(r"(\d+)([dmy])(?: after ([a-z_]+))?")


def until(retention: str, row: Mapping[str, Any], keys: tuple[str, ...] = ()) -> date | None:
    """Return the last day of *retention* for *row*, None while its end is not known.

    It counts from the column after ``after``, otherwise from ``created_at``, otherwise from the time in a UUIDv7 key,
    otherwise from today: later than it must be, never earlier.

    Args:
        keys: names of the primary key columns.
    """
    found = _FORM.fullmatch(retention)
    if not found:
        return None
    number, unit, after = int(found[1]), found[2], found[3]
    if after:
        start = _day(row.get(after))
        if start is None:  # What is not over yet has no end yet.
            return None
    else:
        start = _day(row.get("created_at")) or next(filter(None, (_made(row.get(key)) for key in keys)), None)
        start = start or datetime.now(UTC).date()
    return add(start, number, unit)


def add(day: date, number: int, unit: str) -> date:
    """Return the day so many days, months or years later; the last of a month where the month is shorter."""
    if unit == "d":
        return day + timedelta(days=number)
    months = day.month - 1 + number * (12 if unit == "y" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _made(value: Any) -> date | None:
    if isinstance(value, uuid.UUID) and value.version == 7:
        return datetime.fromtimestamp((value.int >> 80) / 1000, UTC).date()
    return None
