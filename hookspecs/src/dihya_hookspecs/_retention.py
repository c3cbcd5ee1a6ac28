"""The one grammar of how long something is kept: ``3y``, ``6m``, ``30d``, ``3y after left_on``, ``account``."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_FORM = re.compile(r"(\d{1,4})([dmy])(?: after ([a-z_][a-z0-9_]*))?")
ACCOUNT = "account"
CREATION = "creation"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept.

    Attributes:
        count, unit: so many days, months or years; a count of 0 without a unit means as long as the account.
        after: the column from whose date it counts; empty for the creation of the row.
    """

    count: int = 0
    unit: Literal["d", "m", "y", ""] = ""
    after: str = ""

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Return what *text* says. Raises ValueError for anything else."""
        if text == ACCOUNT:
            return cls()
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(
                f"retention {text!r} is not '3y', '6m', '30d', '3y after COLUMN', '3y after creation' or 'account'"
            )
        unit: Literal["d", "m", "y"] = found[2]  # type: ignore[assignment]
        return cls(int(found[1]), unit, "" if found[3] in (None, CREATION) else found[3])

    @property
    def ends(self) -> bool:
        """True when a date decides; False when it lasts as long as the account."""
        return bool(self.unit)

    def end(self, start: date) -> date:
        """Return the last day, counted from *start*; the last of a month where the month is shorter."""
        if not self.ends:
            raise ValueError("what is kept as long as the account has no last day")
        if self.unit == "d":
            return start + timedelta(days=self.count)
        months = start.month - 1 + self.count * (12 if self.unit == "y" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))
