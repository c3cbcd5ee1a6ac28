"""How far a generation is, and how long it still takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dihya_services.pace import Pace

BEGAN = datetime(2026, 1, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "share", "left"),
    [
        (0, 0.0, "about 20 seconds left"),
        (5, 0.25, "about 15 seconds left"),
        (19, 0.95, "about 1 second left"),
        (60, 0.98, "it takes longer than usual"),
        (-3, 0.0, "about 23 seconds left"),
    ],
)
def test_the_share_and_the_time_left_come_from_what_is_usual(after: int, share: float, left: str) -> None:
    """Of twenty seconds that one usually takes, five are a quarter; what takes longer never fills the bar, and says so."""
    pace, at = Pace(BEGAN, 20.0), BEGAN + timedelta(seconds=after)
    assert (pace.share(at), pace.left(at)) == (share, left)


def test_long_ones_are_told_in_minutes() -> None:
    """From a minute and a half on, nobody counts seconds."""
    assert Pace(BEGAN, 300.0).left(BEGAN + timedelta(seconds=60)) == "about 4 minutes left"


@pytest.mark.parametrize("pace", [Pace(None, 20.0), Pace(BEGAN, None)])
def test_without_an_earlier_generation_nobody_knows(pace: Pace) -> None:
    """Where none has ended well here, no time is made up."""
    assert (pace.share(BEGAN), pace.left(BEGAN)) == (None, "")
