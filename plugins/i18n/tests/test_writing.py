"""Dates and numbers are written as the reader writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from dihya_hookspecs.i18n import language
from dihya_hookspecs.ui import Formats


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fr", ["3 févr. 2026", "2 juil. 2026, 00:00", "1 234,5", "3,00 €"]),
        ("en", ["3 Feb 2026", "2 Jul 2026, 00:00", "1,234.5", "€3.00"]),
    ],
)
def test_values_are_written_in_the_language_of_the_act(make_app: Any, code: str, said: list[str]) -> None:
    """Days, moments in the time zone of the setting, numbers and amounts follow the language; None is empty."""
    with make_app("i18n").act("test") as act:
        language.set(code)
        formats = act.get(Formats)
        found = [
            formats.date(dt.date(2026, 2, 3)),
            formats.datetime("2026-07-01T22:00:00Z"),
            formats.number(Decimal("1234.5")),
            formats.money(3),
        ]
        assert [text.replace("\u202f", " ").replace("\xa0", " ") for text in found] == said
        assert formats.date(None) == formats.number(None) == ""
        assert (formats.timezone(), [one.code for one in formats.languages()]) == ("Europe/Paris", ["fr", "en"])
        assert formats.first_weekday() == 0
        language.set("en")
