"""Values as JSON and CSV say them."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from dihya_routes import shape


class Colour(enum.Enum):
    """A value with a name."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        (float("inf"), None),
        (Decimal("1E+2"), "100"),
        (date(2026, 1, 31), "2026-01-31"),
        (time(12, 30), "12:30:00"),
        (datetime(2026, 1, 31, 12), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00Z"),
        (timedelta(minutes=2), 120.0),
        (b"\x00\xff", "AP8="),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        ({"a": [Decimal("1.0"), {Colour.RED}]}, {"a": ["1.0", ["red"]]}),
    ],
)
def test_plain_values(value, said):
    """Every type that a column holds has one JSON form."""
    assert shape.plain(value) == said


@pytest.mark.parametrize("text", ["=1+2", "+1", "-1", "@x", "\t=1", "  =1", "\r\n=1"])
def test_formulas_get_an_apostrophe(text):
    """A spreadsheet shows such text instead of running it."""
    assert shape.cell(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (True, "true"), (-5, "-5"), (Decimal("-5.10"), "-5.10"), ("a=b", "a=b"), ({"a": 1}, '{"a": 1}')],
)
def test_other_cells_stay_as_they_are(value, said):
    """Numbers keep their sign, and what is harmless is not touched."""
    assert shape.cell(value) == said


def test_naive_times_are_utc():
    """SQLite forgets the zone; everything was stored in UTC."""
    assert shape.utc(datetime(2026, 1, 1)).tzinfo is UTC
