"""What is asked of a list, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .filters import Filter

T = TypeVar("T")
MOST = 500
"""A page has at most this many records."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a list.

    Attributes:
        search: words; each must occur in one of the columns that the records are searched in, whatever its case and accents.
        filters: conditions that must all hold.
        sort: columns, the most important first, ``-`` before one for descending; empty for the records' own order.
        limit: 1 to 500 records.
        cursor: ``next`` of the page before this one; None for the first page.
        before: ``previous`` of the page after this one; whoever goes back gives it in place of a cursor.
    """

    search: str = ""
    filters: tuple[Filter, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 50
    cursor: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One page of records, in the order of the list whichever way it was reached.

    Attributes:
        next: the ``cursor`` of the page after it; None where this one ends the list.
        previous: the ``before`` of the page before it; None where this one begins the list.
        total: the number of all, where it was asked.
    """

    items: Sequence[T]
    next: str | None
    total: int | None = None
    previous: str | None = None
