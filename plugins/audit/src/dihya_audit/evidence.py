"""Where the log in the database ends, and what is kept apart from it to judge it by."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from .anchors import Anchored
from .memory import Kept
from .tables import checkpoints, entries


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept apart from the database.

    Attributes:
        place: this data folder; what another one signed or anchored is not expected here.
        anchored: the anchor file; None where there is none to compare with.
        alone: True when no other data folder can write to the database.
    """

    kept: Kept = field(default_factory=Kept)
    anchored: Anchored | None = None
    place: str = ""
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log in the database ends."""

    entries: int = 0
    size: int = 0
    note: str = ""
    signed_in: str = ""

    @classmethod
    def of(cls, connection: Connection) -> Head:
        """Read it; both numbers are of one moment."""
        last, size = connection.execute(
            select(
                select(func.max(entries.c.position)).scalar_subquery(),
                select(func.max(checkpoints.c.size)).scalar_subquery(),
            )
        ).one()
        count = 0 if last is None else last + 1
        if size is None:
            return cls(count)
        row = connection.execute(
            select(checkpoints.c.note, checkpoints.c.signed_in).where(checkpoints.c.size == size)
        ).one()
        return cls(count, size, row.note, row.signed_in)
