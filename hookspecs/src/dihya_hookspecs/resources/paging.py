"""One page of a list, whichever way one goes through it: what is asked of the database, and what its rows become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from .. import Flaw, Invalid
from ..i18n import Text
from . import cursors, sorting
from .query import MOST, Found, Query

_BOTH = Text("give after or before, not both", "donnez after ou before, pas les deux")


@dataclass(frozen=True, slots=True)
class Paging:
    """How one page is read: forward from a place, or backward from it.

    Attributes:
        keys: the order in which the rows are read; turned where the page is read from its end.
        start: the place; None at the beginning of the list.
    """

    table: str
    sort: Sequence[str]
    keys: Sequence[sorting.Key]
    start: cursors.Place | None
    backward: bool
    limit: int

    @classmethod
    def of(cls, table: str, sort: Sequence[str], keys: Sequence[sorting.Key], query: Query) -> Paging:
        """Return how a query is read. Raises Invalid for a cursor that is not of this list and order, or for two of them."""
        if query.cursor and query.before:
            raise Invalid(str(_BOTH), flaws=[Flaw("/before", str(_BOTH), "query")])
        said = query.before or query.cursor
        backward, limit = bool(query.before), min(max(query.limit, 1), MOST)
        start = cursors.read(table, sort, said) if said else None
        return cls(table, sort, [key.turned() for key in keys] if backward else keys, start, backward, limit)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what holds for the rows on this side of the place."""
        return [sorting.beyond(self.keys, self.start)] if self.start else []

    def columns(self) -> list[Any]:
        """Return what is selected beside each row, so that a cursor can be made of it."""
        return [key.expression.label(f"place_{number}") for number, key in enumerate(self.keys)]

    def order(self) -> list[Any]:
        """Return the parts of ORDER BY."""
        return [key.order() for key in self.keys]

    def found(self, rows: Sequence[Any], total: int | None) -> Found[Any]:
        """Return the page that the rows make; there is one more of them than the limit where the list goes on."""
        more, kept = len(rows) > self.limit, list(rows[: self.limit])
        if self.backward:
            kept.reverse()
        ahead, behind = (True, more) if self.backward else (more, self.start is not None)
        if not kept:
            return self._nothing(total)
        following = self._cursor(cursors.Place(kept[-1][1:])) if ahead else None
        preceding = self._cursor(cursors.Place(kept[0][1:])) if behind else None
        return Found([row[0] for row in kept], following, total, preceding)

    def _nothing(self, total: int | None) -> Found[Any]:
        """Return an empty page; the way back leads to all that is on the other side of the place."""
        if self.start is None:
            return Found([], None, total)
        back = self._cursor(cursors.Place(self.start.values, not self.start.included))
        return Found([], back, total) if self.backward else Found([], None, total, back)

    def _cursor(self, place: cursors.Place) -> str:
        return cursors.write(self.table, self.sort, place)
