"""Dates and numbers as French and English readers write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from dihya_i18n import formats


def plain(text: str) -> str:
    """Narrow and non-breaking spaces as plain ones."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_dates_are_written_as_in_the_language() -> None:
    """French and English name months in their own way, day first."""
    day = dt.date(2026, 2, 3)
    assert formats.show_date(day, "fr", "UTC") == "3 févr. 2026"
    assert formats.show_date("2026-02-03", "en", "UTC") == "3 Feb 2026"


@pytest.mark.parametrize(
    "value", [dt.datetime(2026, 7, 1, 22, 30), "2026-07-01T22:30:00+00:00", "2026-07-01T22:30:00.000000Z"]
)
def test_times_are_shown_in_the_zone(value: dt.datetime | str) -> None:
    """A time without zone is UTC, and is shown in the zone of the settings, with the date that it is there."""
    assert formats.show_datetime(value, "en", "Europe/Paris") == "2 Jul 2026, 00:30"
    assert formats.show_date(value, "en", "Europe/Paris") == "2 Jul 2026"


def test_a_moment_is_said_to_the_minute_in_every_style() -> None:
    """Nobody enters seconds, so nobody reads them; day and time are joined as the language does."""
    value = dt.datetime(2026, 7, 1, 10, 0, 59)
    assert plain(formats.show_datetime(value, "fr", "UTC")) == "1 juil. 2026, 10:00"
    assert plain(formats.show_datetime(value, "fr", "UTC", "short")) == "01/07/2026 10:00"
    assert plain(formats.show_datetime(value, "fr", "UTC", "full")) == "mercredi 1 juillet 2026, 10:00"
    assert plain(formats.show_datetime(value, "en", "UTC", "long")) == "1 July 2026, 10:00"


def test_numbers_and_money() -> None:
    """Decimal marks, groups and the place of the currency follow the language."""
    assert plain(formats.show_number(Decimal("1234.5"), "fr")) == "1 234,5"
    assert formats.show_number(1234.5, "en") == "1,234.5"
    assert plain(formats.show_money(Decimal("12.5"), "fr")) == "12,50 €"
    assert formats.show_money(12, "en", "GBP") == "£12.00"


def test_a_decimal_keeps_its_places() -> None:
    """An amount of 60.50 is not said as 60,5, nor one of 0.00 as 0; a number without fixed places has as many as it needs."""
    for value, french, english in (
        ("60.50", "60,50", "60.50"), ("0.00", "0,00", "0.00"), ("-1234567.10", "-1 234 567,10", "-1,234,567.10"),
        ("12", "12", "12"), ("1E+3", "1 000", "1,000"), ("0.125", "0,125", "0.125"),
    ):  # fmt: skip
        assert plain(formats.show_number(Decimal(value), "fr")) == french
        assert formats.show_number(Decimal(value), "en") == english
    assert plain(formats.show_number(60.5, "fr")) == "60,5"


def test_nothing_is_shown_as_nothing() -> None:
    """An absent value gives an empty text in every format."""
    assert formats.show_date(None, "fr", "UTC") == formats.show_datetime("", "fr", "UTC") == ""
    assert formats.show_number(None, "fr") == formats.show_money(None, "en") == ""


def test_a_week_begins_as_in_the_language() -> None:
    """On Monday in French and in European English, on Sunday in the United States."""
    assert [formats.first_weekday(code) for code in ("fr", "en", "en_US")] == [0, 0, 6]
