"""Until when something is kept."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from dihya_hookspecs.data import uuid7
from dihya_rgpd.retention import until

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("retention", "row", "end"),
    [
        ("10y after ended_on", {"ended_on": date(2024, 2, 29)}, date(2034, 2, 28)),
        ("3y after ended_on", {"ended_on": None, "created_at": datetime(2020, 1, 1)}, None),
        ("3y after ended_on", {}, None),
        ("30d", {"created_at": datetime(2026, 1, 31, 23, tzinfo=UTC)}, date(2026, 3, 2)),
        ("20y after creation", {"created_at": datetime(2026, 1, 31)}, date(2046, 1, 31)),
        ("6m", {"created_at": datetime(2026, 8, 31)}, date(2027, 2, 28)),
        ("account", {"created_at": datetime(2026, 8, 31)}, None),
        ("30d", {"id": uuid7()}, TODAY + timedelta(days=30)),
        ("until withdrawn_on", {"withdrawn_on": date(2026, 3, 2)}, date(2026, 3, 2)),
        ("1y then 4y archived", {"created_at": datetime(2020, 2, 29)}, date(2025, 2, 28)),
        (
            "later of 20y after seen_on and 28y after born_on",
            {"seen_on": date(2026, 1, 1), "born_on": date(2020, 5, 4)},
            date(2048, 5, 4),
        ),
        ("later of 20y after seen_on and 28y after born_on", {"seen_on": date(2026, 1, 1), "born_on": None}, None),
        ("permanent", {"created_at": datetime(2000, 1, 1)}, None),
    ],
)
def test_the_end_of_a_retention(retention, row, end):
    """It counts from the named column, from the creation of the row, or from the time in its key."""
    assert until(retention, row, ("id",)) == end


def test_a_row_whose_time_is_text_ends_too():
    """A log whose ``at`` is text counts from that day, and not from today for ever."""
    assert until("1y", {"position": 7, "at": "2024-03-01T10:00:00.000000Z"}, ("position",)) == date(2025, 3, 1)


@pytest.mark.parametrize("row", [{}, {"id": uuid.uuid4()}, {"at": "yesterday"}])
def test_a_row_without_any_time_has_no_end_that_is_known(row):
    """Nothing is invented where a row says nothing about its age."""
    assert until("1y", row, ("id",)) is None
