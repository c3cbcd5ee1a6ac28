"""The one grammar of how long something is kept, parsed once, said in words, and executed by the retention job.

======================================== =====================================================================
``3y`` ``6m`` ``30d``                    so long after the row was made
``3y after left_on``                     so long after the date in a column; no end while it is empty
``until withdrawn_on``                   until the date in a column: a consent, the life of a machine
``later of A and B``                     whichever of two or more ends later: ``later of 20y after last_seen_on and
                                         28y after born_on``; no end while one of them has none
``A then 5y archived``                   after A only who may read archives sees the row, for so long
``account``                              as long as the person has an account
``permanent``                            no end: what belongs to public archives, and is proposed for elimination only
======================================== =====================================================================
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from .i18n import Text

if TYPE_CHECKING:
    from sqlalchemy import Table

Unit = Literal["d", "m", "y"]
_SPAN = re.compile(r"(\d{1,4})([dmy])(?: after ([a-z_][a-z0-9_]*))?")
_UNTIL = re.compile(r"until ([a-z_][a-z0-9_]*)")
_ARCHIVED = re.compile(r"(.+) then (\d{1,4})([dmy]) archived")
_UNITS = {
    "d": ("day", "days", "jour", "jours"),
    "m": ("month", "months", "mois", "mois"),
    "y": ("year", "years", "an", "ans"),
}
ACCOUNT, PERMANENT, CREATION = "account", "permanent", "creation"
CREATED = "created_at"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, and from when it counts.

    Attributes:
        count, unit: so many days, months or years; 0 days is the day itself.
        after: the column from whose date it counts; empty for the creation of the row.
    """

    count: int
    unit: Unit
    after: str = ""

    def end(self, start: date) -> date:
        """Return the last day, counted from *start*; the last of a month where the month is shorter."""
        if self.unit == "d":
            return start + min(timedelta(days=self.count), date.max - start)
        return _shifted(start, self.count * (12 if self.unit == "y" else 1))

    def first_start(self, today: date) -> date:
        """Return the first day from which the time counted is not over on *today*: whoever began before is past it."""
        if self.unit == "d":
            return today - min(timedelta(days=self.count), today - date.min)
        first = _shifted(today, -self.count * (12 if self.unit == "y" else 1))
        while first > date.min and self.end(first - timedelta(days=1)) >= today:  # the ends of short months
            first -= timedelta(days=1)
        while self.end(first) < today:
            first += timedelta(days=1)
        return first

    @property
    def words(self) -> Text:
        """As people read it."""
        if self.unit == "d" and not self.count:
            return Text(f"until {self.after}", f"jusqu’à {self.after}")
        one, many, un, des = _UNITS[self.unit]
        english, french = (one, un) if self.count == 1 else (many, des)
        after = (f" after {self.after}", f" après {self.after}") if self.after else ("", "")
        return Text(f"{self.count} {english}{after[0]}", f"{self.count} {french}{after[1]}")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept.

    Attributes:
        spans: the time in which it is used; of several the one that ends last. None at all: *whole* says it.
        archive: how long it is kept afterwards, for those who may read archives.
        whole: ``account`` or ``permanent`` where no date decides.
    """

    spans: tuple[Span, ...] = ()
    archive: Span | None = None
    whole: Literal["account", "permanent", ""] = ""

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Return what *text* says. Raises ValueError for anything else."""
        if text in (ACCOUNT, PERMANENT):
            return cls(whole=text)  # type: ignore[arg-type]
        active, archive = text, None
        if found := _ARCHIVED.fullmatch(text):
            active, archive = found[1], Span(int(found[2]), found[3])  # type: ignore[arg-type]
        parts = active.removeprefix("later of ").split(" and ") if active.startswith("later of ") else [active]
        spans = tuple(_span(part) for part in parts)
        if None in spans or (active.startswith("later of ") and len(spans) < 2):
            raise ValueError(
                f"retention {text!r} is not '3y', '6m', '30d', '3y after COLUMN', '3y after creation', 'until COLUMN', 'later of "
                "A and B', one of these with ' then 5y archived', 'account' or 'permanent'"
            )
        return cls(spans, archive)  # type: ignore[arg-type]

    @property
    def ends(self) -> bool:
        """True when a date decides."""
        return bool(self.spans)

    @property
    def starts(self) -> tuple[str, ...]:
        """The columns from whose dates it counts."""
        return tuple(span.after for span in self.spans if span.after)

    def used_until(self, day_of: Callable[[str], date | None]) -> date | None:
        """Return the last day of use; None while nobody knows it.

        Args:
            day_of: gives the day in a column, and that of the creation for an empty name.
        """
        if not self.ends:
            return None
        days = [day for span in self.spans if (day := day_of(span.after)) is not None]
        if len(days) < len(self.spans):
            return None
        return max(span.end(day) for span, day in zip(self.spans, days, strict=True))

    def kept_until(self, day_of: Callable[[str], date | None]) -> date | None:
        """Return the last day of all, that of the archive where there is one; None while nobody knows it."""
        end = self.used_until(day_of)
        return self.archive.end(end) if end is not None and self.archive is not None else end

    @property
    def words(self) -> Text:
        """As people read it; a column is named as the data name it."""
        if self.whole == ACCOUNT:
            return Text("as long as the account", "durée du compte")
        if self.whole == PERMANENT:
            return Text("permanently", "sans limite")
        said = [span.words for span in self.spans]
        text = Text(
            " or ".join(one.en for one in said) + (", whichever is later" if len(said) > 1 else ""),
            " ou ".join(one.fr for one in said) + (", selon ce qui finit le plus tard" if len(said) > 1 else ""),
        )
        if self.archive is None:
            return text
        kept = self.archive.words
        return Text(f"{text.en}, then {kept.en} in the archive", f"{text.fr}, puis {kept.fr} en archive")


def _span(text: str) -> Span | None:
    if found := _UNTIL.fullmatch(text):
        return Span(0, "d", found[1])
    if found := _SPAN.fullmatch(text):
        return Span(int(found[1]), found[2], "" if found[3] in (None, CREATION) else found[3])  # type: ignore[arg-type]
    return None


def _shifted(start: date, months: int) -> date:
    """Return the day so many months later, or earlier; the last of a shorter month, and the ends of time where it is over."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def archive_flaw(text: str, table: Table) -> str:
    """Return why the rows of *table* that are archived cannot be told from those in use; empty where they can.

    The class's own retention decides that, so it counts from dates of the row. Raises ValueError for no retention.
    """
    kept = Retention.parse(text)
    for span in kept.spans if kept.archive else ():
        name = span.after or CREATED
        column = table.columns.get(name)
        if column is None or column.type.python_type.__name__ not in ("date", "datetime"):
            return f"its archive counts from {name!r}, which is no date of the table"
    return ""
