"""How long something is kept is said in one grammar, parsed here for the application and for every template."""

from datetime import date, timedelta

import pytest
from dihya_hookspecs.rgpd import Retention, Span
from hypothesis import given
from hypothesis import strategies as st


def days(**known):
    """Return what gives the day in a column; ``creation`` is that of the row."""
    return lambda column: known.get(column or "creation")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3y", Retention((Span(3, "y"),))),
        ("6m", Retention((Span(6, "m"),))),
        ("30d", Retention((Span(30, "d"),))),
        ("3y after left_on", Retention((Span(3, "y", "left_on"),))),
        ("20y after creation", Retention((Span(20, "y"),))),
        ("until withdrawn_on", Retention((Span(0, "d", "withdrawn_on"),))),
        ("3y after left_on then 5y archived", Retention((Span(3, "y", "left_on"),), Span(5, "y"))),
        (
            "later of 20y after seen_on and 28y after born_on then 1y archived",
            Retention((Span(20, "y", "seen_on"), Span(28, "y", "born_on")), Span(1, "y")),
        ),
        ("account", Retention(whole="account")),
        ("permanent", Retention(whole="permanent")),
    ],
)
def test_each_form_of_the_grammar_is_read(text, said):
    """Spans with their columns, the archive after them, or a word for what no date ends; creation is what leaving it out means."""
    assert Retention.parse(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "y",
        "3",
        "3w",
        "3y after",
        "3y after Left-On",
        "-3y",
        "3 y",
        "3y after a b",
        "for ever",
        "until",
        "later of 3y",
        "3y and 4y",
        "account then 5y archived",
        "3y then archived",
        "3y then 5y archived then 2y archived",
    ],
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
    assert Retention.parse(text).kept_until(days(creation=start)) == end


@pytest.mark.parametrize("text", ["account", "permanent"])
def test_what_no_date_ends_has_no_last_day(text):
    """As long as the account, or for public archives: no day in a row says when it is over."""
    kept = Retention.parse(text)
    assert not kept.ends and kept.kept_until(days(creation=date(2026, 1, 1))) is None


def test_use_ends_before_the_archive_does():
    """The last day of use counts from the column, the last day of all from the end of use."""
    kept = Retention.parse("1y after left_on then 4y archived")
    left = days(left_on=date(2024, 2, 29))
    assert (kept.used_until(left), kept.kept_until(left)) == (date(2025, 2, 28), date(2029, 2, 28))


def test_of_two_ends_the_later_one_counts_and_an_unknown_one_keeps():
    """The record of somebody who was a child is kept until the 28th birthday; without a date of birth nobody can say that it is over."""
    kept = Retention.parse("later of 20y after seen_on and 28y after born_on")
    assert kept.kept_until(days(seen_on=date(2020, 1, 1), born_on=date(2015, 6, 1))) == date(2043, 6, 1)
    assert kept.kept_until(days(seen_on=date(2020, 1, 1), born_on=date(1970, 6, 1))) == date(2040, 1, 1)
    assert kept.kept_until(days(seen_on=date(2020, 1, 1))) is None


@given(today=st.dates(date(1900, 1, 1), date(2200, 1, 1)), count=st.integers(0, 400), unit=st.sampled_from("dmy"))
def test_whoever_began_before_the_first_start_is_past_the_end(today, count, unit):
    """The one day that a query compares with parts the same rows as the end of each row does, at the ends of short months too."""
    span = Span(count, unit)
    first = span.first_start(today)
    assert span.end(first) >= today
    assert first == date.min or span.end(first - timedelta(days=1)) < today


def test_the_end_of_time_is_no_error():
    """Nine thousand years from now, and before the first year, stand at the calendar's ends."""
    assert Span(9999, "y").end(date(2026, 1, 1)) == date.max
    assert Span(9999, "y").first_start(date(2026, 1, 1)) == date.min
