"""Values as JSON and CSV say them."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from dihya_hookspecs.resources import tables
from dihya_routes import shape

from .conftest import BOOKS


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


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, b""), (True, b"true"), (-5, b"-5"), (Decimal("-5.10"), b"-5.10"), ("a=b", b"a=b"), ("-1", b"'-1"),
        ({"a": 1}, b'"{""a"": 1}"'), (datetime(2026, 1, 1, tzinfo=UTC), b"2026-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_a_file_for_programs_says_values_plainly(value, said):
    """Numbers keep their sign, text that a spreadsheet would run gets an apostrophe, what is harmless is not touched."""
    file, _count = tables.write_csv(["a", "b"], [[shape.cell(value), 1]])
    assert b"".join(tables.chunks(file)).splitlines()[1] == said + b",1"


def test_naive_times_are_utc():
    """SQLite forgets the zone; everything was stored in UTC."""
    assert shape.utc(datetime(2026, 1, 1)).tzinfo is UTC


def test_a_list_is_narrowed_by_what_databases_compare(library):
    """Texts, numbers and days; not documents."""
    with library().act():
        found = shape.comparable(BOOKS)
    assert {"title", "pages", "lent_on"} <= set(found) and "tags" not in found
