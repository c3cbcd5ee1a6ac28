"""Languages, dates and numbers for pages and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dihya_hookspecs.i18n import Language, language
from dihya_hookspecs.settings import mine

from . import formats
from .service import Languages
from .settings import Settings


class Writing:
    """Implements ``dihya_hookspecs.ui.Formats``, in the language of the act.

    Args:
        zone: in which people read times.
    """

    def __init__(self, languages: Languages, zone: str) -> None:
        self._languages, self._zone = languages, zone

    @classmethod
    def from_container(cls, svcs_container: Any) -> Writing:
        """Build the service inside an act."""
        return cls(svcs_container.get(Languages), mine(Settings).timezone)

    def languages(self) -> Sequence[Language]:
        """The languages that people can choose."""
        return self._languages.all()

    def timezone(self) -> str:
        """The time zone of the setting."""
        return self._zone

    def first_weekday(self) -> int:
        """The day with which people of the language begin a week."""
        return formats.first_weekday(language.get())

    def date(self, value: dt.date | str | None, style: str = "medium") -> str:
        """Return a day."""
        return formats.show_date(value, language.get(), self._zone, style)

    def datetime(self, value: dt.datetime | str | None, style: str = "medium") -> str:
        """Return a moment."""
        return formats.show_datetime(value, language.get(), self._zone, style)

    def number(self, value: int | float | Decimal | None) -> str:
        """Return a number."""
        return formats.show_number(value, language.get())

    def money(self, value: int | float | Decimal | None, currency: str = "EUR") -> str:
        """Return an amount."""
        return formats.show_money(value, language.get(), currency)
