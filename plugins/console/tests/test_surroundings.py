"""What stands in where other plugins are not active."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dihya_console.surroundings import PlainFormats, formats, found
from dihya_hookspecs.ui import Assets


def test_without_languages_values_stand_as_they_are(make_app: Any) -> None:
    """In UTC, and None is empty."""
    with make_app("console").act():
        plain = formats()
        assert isinstance(plain, PlainFormats) and plain.timezone() == "UTC" and not plain.languages()
        assert plain.first_weekday() == 0
        assert (plain.date(dt.date(2026, 2, 3)), plain.number(1.5), plain.money(None)) == ("2026-02-03", "1.5", "")


def test_a_service_is_found_where_somebody_provides_it(make_app: Any) -> None:
    """A service that nobody provides is none, and no error."""
    with make_app("console").act():
        assert found(Assets) is None
    with make_app("console", "static").act():
        assert found(Assets) is not None
