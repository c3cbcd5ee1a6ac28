"""How long something is kept is said in one grammar, parsed here for the application and for every template."""

from datetime import date

import pytest
from dihya_hookspecs.rgpd import Retention


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3y", Retention(3, "y")),
        ("6m", Retention(6, "m")),
        ("30d", Retention(30, "d")),
        ("3y after left_on", Retention(3, "y", "left_on")),
        ("20y after creation", Retention(20, "y")),
        ("account", Retention()),
    ],
)
def test_a_retention_says_count_unit_and_where_it_begins(text, said):
    """Each form of the grammar is read as count, unit and column; ``after creation`` is what leaving it out means."""
    assert Retention.parse(text) == said


@pytest.mark.parametrize(
    "text", ["", "y", "3", "3w", "3y after", "3y after Left-On", "-3y", "3 y", "3y after a b", "for ever"]
)
def test_anything_else_is_refused_by_name(text):
    """A retention outside of the grammar is an error that quotes it and says what may be written."""
    with pytest.raises(ValueError, match="is not '3y'"):
        Retention.parse(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1y", date(2024, 2, 29), date(2025, 2, 28)),
        ("13m", date(2025, 1, 31), date(2026, 2, 28)),
        ("1m", date(2025, 12, 15), date(2026, 1, 15)),
        ("1d", date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_the_last_day_is_that_day_later(text, start, end):
    """Months and years keep the day, or take the last one of a shorter month."""
    assert Retention.parse(text).end(start) == end


def test_an_account_has_no_last_day():
    """What is kept as long as the account ends by no date."""
    assert not Retention.parse("account").ends
    with pytest.raises(ValueError, match="no last day"):
        Retention.parse("account").end(date(2026, 1, 1))
