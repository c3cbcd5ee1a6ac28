"""What other plugins give to every page, and what stands in for it where they are not active: pages stay readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Language
from dihya_hookspecs.ui import Formats

_T = TypeVar("_T")


class PlainFormats:
    """Implements ``dihya_hookspecs.ui.Formats`` where nobody else does: one language, and values as they are."""

    def languages(self) -> Sequence[Language]:
        """None to choose from."""
        return ()

    def timezone(self) -> str:
        """The zone in which tables keep time."""
        return "UTC"

    def first_weekday(self) -> int:
        """Monday, as ISO 8601 counts."""
        return 0

    def date(self, value: dt.date | str | None, style: str = "medium") -> str:
        """The day as Python writes it."""
        return _plain(value)

    datetime = number = date

    def money(self, value: int | float | Decimal | None, currency: str = "EUR") -> str:
        """The amount as Python writes it, and the code of its currency."""
        return "" if value is None else f"{_plain(value)} {currency}"


def formats() -> Formats:
    """Return how dates and numbers are written in the act that is running."""
    return found(Formats) or PlainFormats()  # type: ignore[return-value]


def found(service: type[_T]) -> _T | None:
    """Return a service, or None where no active plugin provides it."""
    try:
        return get(service)
    except DihyaError:
        return None


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
