"""Nothing lies in the bin for longer than it may be kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_db.keeping import last_day
from dihya_hookspecs.data import uuid7

from .harbour import Sailor

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({"created_at": datetime.now(UTC)}, 30),
        ({"created_at": datetime.now(UTC) - timedelta(days=3 * 366)}, -1),
        ({"id": uuid7()}, 30),
        ({}, 30),
    ],
)
def test_the_earlier_end_counts(row, days):
    """Kept until so many days are over or what the columns declare, whichever comes first; the key says since when."""
    found = last_day(Sailor.__table__, row, 30)
    assert found == TODAY + timedelta(days=30) if days == 30 else found < TODAY
