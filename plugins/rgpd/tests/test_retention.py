"""Until when something is kept."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from dihya_hookspecs.data import uuid7
from dihya_rgpd.retention import add, until

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("retention", "row", "end"),
    [
        ("10y after ended_on", {"ended_on": date(2024, 2, 29)}, date(2034, 2, 28)),
        ("3y after ended_on", {"ended_on": None, "created_at": datetime(2020, 1, 1)}, None),
        ("30d", {"created_at": datetime(2026, 1, 31, 23, tzinfo=UTC)}, date(2026, 3, 2)),
        ("6m", {"created_at": datetime(2026, 8, 31)}, date(2027, 2, 28)),
        ("account", {"created_at": datetime(2026, 8, 31)}, None),
        ("1y", {}, add(TODAY, 1, "y")),
        ("1y", {"id": uuid.uuid4()}, add(TODAY, 1, "y")),
        ("30d", {"id": uuid7()}, add(TODAY, 30, "d")),
    ],
)
def test_the_end_of_a_retention(retention, row, end):
    """It counts from the named column, from creation, from the time in the key, or else from today."""
    assert until(retention, row, ("id",)) == end


def test_months_and_years_keep_the_day():
    """The day stays, or becomes the last one of a shorter month."""
    assert add(date(2025, 12, 15), 1, "m") == date(2026, 1, 15)
    assert add(date(2025, 1, 31), 13, "m") == date(2026, 2, 28)
    assert add(date(2025, 12, 31), 1, "d") == date(2026, 1, 1)
