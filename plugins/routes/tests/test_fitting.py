"""What a column cannot hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from dihya_routes.fitting import misfits
from sqlalchemy import BigInteger, Column, DateTime, Float, Integer, Numeric, SmallInteger, String


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SmallInteger(), -(2**15), 2**15),
        (Integer(), 2**31 - 1, 2**31),
        (BigInteger(), 2**63 - 1, -(2**63) - 1),
        (String(3), "abc", "abcd"),
        (String(), "x" * 9999, "\0"),
        (String(), "é", "\udfff"),
        (Float(), 1.5, float("nan")),
        (Numeric(4, 2), Decimal("99.99"), Decimal("100")),
        (Numeric(4, 2), Decimal("1.50"), Decimal("1.501")),
        (Numeric(4, 2), 7, Decimal("Infinity")),
        (DateTime(), datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
    ],
)
def test_limits_of_columns(kind, good, bad):
    """The last value that fits passes, the next one is a flaw that points to its field."""
    columns = {"field": Column("field", kind)}
    assert misfits(columns, {"field": good}) == []
    assert [flaw.pointer for flaw in misfits(columns, {"field": bad})] == ["/field"]


def test_nul_is_found_inside_of_objects():
    """Keys and values of nested data are looked at."""
    assert misfits({}, {"a": {"b": ["c", {"d\0": 1}]}})
    assert not misfits({}, {"a": {"b": ["c", {"d": 1}]}})
