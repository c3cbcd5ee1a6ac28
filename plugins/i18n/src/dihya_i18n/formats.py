"""Dates, numbers and money as people of one language write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

LOCALES = {"en": "en_GB"}
"""Days before months in English too: most readers are in Europe."""


def locale(code: str) -> str:
    """Return the CLDR locale for a language code."""
    return LOCALES.get(code, code)


def first_weekday(code: str) -> int:
    """Return the day with which a week begins: 0 for Monday to 6 for Sunday."""
    return int(Locale.parse(locale(code)).first_week_day)


def moment(value: dt.datetime | str, zone: str) -> dt.datetime:
    """Return *value* in a time zone; without one of its own it is UTC, as the database stores it."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    return value.astimezone(ZoneInfo(zone))


def show_date(value: dt.date | str | None, code: str, zone: str, style: str = "medium") -> str:
    """Return a date: ``20 nov. 2026``. Nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value) == 10:
        value = dt.date.fromisoformat(value)
    if isinstance(value, (str, dt.datetime)):
        value = moment(value, zone).date()
    return dates.format_date(value, style, locale=locale(code))


def show_datetime(value: dt.datetime | str | None, code: str, zone: str, style: str = "medium") -> str:
    """Return date and time, to the minute: ``20 nov. 2026, 14:03``. Nothing for None."""
    if value is None or value == "":
        return ""
    there, where = moment(value, zone), locale(code)
    day, time = dates.format_date(there, style, locale=where), dates.format_time(there, "short", locale=where)
    joined = str(dates.get_datetime_format(style, locale=where)).replace("'", "")
    return joined.replace("{0}", time).replace("{1}", day)


def show_number(value: int | float | Decimal | None, code: str) -> str:
    """Return a number: ``1 234,5``; a decimal with all places that it has: ``60,50``. Nothing for None."""
    if value is None:
        return ""
    where = Locale.parse(locale(code))
    if not isinstance(value, Decimal) or not value.is_finite():
        return numbers.format_decimal(value, locale=where)
    places = max(-int(value.as_tuple().exponent), 0)
    whole = where.decimal_formats[None].pattern.partition(".")[0]
    return numbers.format_decimal(value, f"{whole}.{'0' * places}" if places else whole, locale=where)


def show_money(value: int | float | Decimal | None, code: str, currency: str = "EUR") -> str:
    """Return an amount: ``1 234,50 €``. Nothing for None."""
    return "" if value is None else numbers.format_currency(value, currency, locale=locale(code))
