"""For how long a row may lie in the bin: never longer than what it says of people may be kept at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import Retention
from sqlalchemy import Table


def last_day(table: Table, row: Mapping[str, Any], days: int) -> date:
    """Return the last day in the bin: so many days from now, or an earlier end of what its columns declare."""
    today = datetime.now(UTC).date()
    declared = [one for column in table.columns if isinstance(one := column.info.get("rgpd"), Personal)]
    ends = [end for text in {one.retention for one in declared} if (end := _end(text, row)) is not None]
    return min([today + timedelta(days=days), *ends])


def _end(retention: str, row: Mapping[str, Any]) -> date | None:
    return Retention.parse(retention).kept_until(lambda name: _day(row.get(name)) if name else _made(row))


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _made(row: Mapping[str, Any]) -> date | None:
    """Return the day on which a row was made, as it says or as its key does."""
    key = row.get("id")
    if isinstance(key, uuid.UUID) and key.version == 7 and "created_at" not in row:
        return datetime.fromtimestamp((key.int >> 80) / 1000, UTC).date()
    return _day(row.get("created_at"))
