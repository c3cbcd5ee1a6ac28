"""Numbers that nobody gives twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .acts import provided_by

if TYPE_CHECKING:
    from sqlalchemy import Connection


@provided_by("dihya-db")
class Counters(Protocol):
    """Counts, for each sequence and each scope of it by itself."""

    def draw(self, connection: Connection, sequence: str, scope: str, *, gaps: bool = False) -> int:
        """Return the next number, from 1; with *gaps* in a transaction of its own where the database has several writers.

        Without it whoever draws next waits until the transaction of *connection* ends, and gets the same number when it
        is rolled back.

        Args:
            sequence: ``<table>.<column>``; the table's name begins with the plugin's.
            scope: what the sequence counts apart, such as each year.
        """

    def taken(self, connection: Connection, sequence: str, scope: str, number: int) -> None:
        """Say that a number was given by somebody else, such as an old book: the next one drawn is a higher one."""
