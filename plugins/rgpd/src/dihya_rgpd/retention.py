"""Until when something must or may be kept: what a column declares, counted from what its row says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from dihya_hookspecs.rgpd import Retention

_OWN_TIMES = ("created_at", "at", "made_at", "recorded_at", "began_at", "started_at", "opened_at")


def until(retention: str, row: Mapping[str, Any], keys: tuple[str, ...] = ()) -> date | None:
    """Return the last day of *retention* for *row*, that of the archive where there is one; None while it is not known.

    It counts from the column that it names, otherwise from the row's own time (``created_at``, ``at`` …, which may be
    text), otherwise from the time in a UUIDv7 key. A row that says none of these has no end that anybody could know.

    Args:
        keys: names of the primary key columns.
    """
    said = Retention.parse(retention)
    return said.kept_until(lambda column: _day(row.get(column)) if column else began(row, keys))


def began(row: Mapping[str, Any], keys: tuple[str, ...] = ()) -> date | None:
    """Return the day on which a row was made, as far as it says so."""
    told = (_day(row.get(name)) for name in _OWN_TIMES)
    return next(filter(None, told), None) or next(filter(None, (_made(row.get(key)) for key in keys)), None)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _made(value: Any) -> date | None:
    if isinstance(value, uuid.UUID) and value.version == 7:
        return datetime.fromtimestamp((value.int >> 80) / 1000, UTC).date()
    return None
