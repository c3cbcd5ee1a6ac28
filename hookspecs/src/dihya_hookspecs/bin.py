"""The bin: what was removed, and what a record said before it was changed, lies there for a while and can be put back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from .acts import provided_by

PUT_BACK, DISCARDED = "db.put_back", "db.bin_emptied"
"""The audit actions of a record that was put back, and of what was removed for good."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that was removed, or what a record said before it was changed.

    Attributes:
        table, key: which record.
        values: what it said, by column, as the record had it; of a change only the columns that were changed.
        at, by, act: when, by whom, and in which act.
        ends_on: the last day on which it lies in the bin.
        others: how many rows of other records went with it and come back with it.
    """

    id: uuid.UUID
    kind: Literal["removed", "changed"]
    table: str
    key: str
    values: Mapping[str, Any] = field(repr=False)
    at: datetime
    by: str | None
    act: str
    ends_on: date
    others: int = 0


@provided_by("dihya-db")
class Bin(Protocol):
    """Keeps rows for a while; knows nothing of rights and rules, which ``Records`` asks.

    Attributes:
        permission: who may remove for good what lies there.
        days: for how many days something lies there.
    """

    permission: str
    days: int

    def takes(self, model: Any) -> bool:
        """Tell whether records of *model* can be kept: not where nothing is kept at all, nor with a column nobody can write down."""

    def keep_removed(self, record: Any) -> uuid.UUID:
        """Keep a record that is about to be removed, with all that the database or the session removes because of it."""

    def keep_changed(self, record: Any, before: Mapping[str, Any]) -> uuid.UUID:
        """Keep what a record said in some columns before they were changed."""

    def find(self, model: Any, id: uuid.UUID) -> Kept:
        """Return what lies there under this id, of this table. Raises NotFound."""

    def removed(
        self,
        model: Any,
        *,
        by: str | None = None,
        limit: int = 50,
        before: uuid.UUID | None = None,
        act: str | None = None,
    ) -> Sequence[Kept]:
        """Return the records of a table that were removed, the newest first.

        Args:
            by: only what this person removed; None for what everybody did.
            before: only what was removed before this one.
            act: only what was removed together, in this act.
        """

    def changes(self, model: Any, key: object, limit: int = 100) -> Sequence[Kept]:
        """Return what a record said before each of its changes, the newest first."""

    def put_back(self, kept: Kept) -> None:
        """Write the rows again that were removed, and the links to them that were emptied; it lies in the bin no longer."""

    def discard(self, model: Any, ids: Collection[uuid.UUID] | None = None) -> int:
        """Remove for good what lies there of a table, or only these; return how many records were removed for good."""
