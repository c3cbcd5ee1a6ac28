"""Legal holds: data that stays, whatever its age and whoever asks for its erasure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Hold


class Holds:
    """The holds of this installation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_container(cls, svcs_container: Any) -> Holds:
        """Build the service inside an act; implements ``dihya_hookspecs.rgpd.Held``."""
        return cls(svcs_container.get(Session))

    def people(self) -> Sequence[Subject]:
        """Return everybody who is under a hold."""
        return [Subject(hold.subject_table, hold.subject_key, "") for hold in self.all()]

    def all(self) -> Sequence[Hold]:
        """Return every hold, the oldest first."""
        return self._session.scalars(select(Hold).order_by(Hold.placed_at, Hold.id)).all()

    def on(self, subjects: Iterable[Subject]) -> list[Hold]:
        """Return the holds on *subjects*."""
        wanted = {(subject.table, subject.key) for subject in subjects}
        return [hold for hold in self.all() if (hold.subject_table, hold.subject_key) in wanted]

    def place(self, subjects: Sequence[Subject], reason: str) -> list[Hold]:
        """Hold what is about *subjects*. Raises Invalid without a reason, or (409) where there is a hold already."""
        said = " ".join(reason.split())
        if not 3 <= len(said) <= 500:
            raise Invalid("a legal hold needs a reason of 3 to 500 characters; say which claim or proceeding needs it")
        if self.on(subjects):
            raise Invalid("there is a legal hold on this person already", code="held", status=409)
        placed = [Hold(subject_table=one.table, subject_key=one.key, reason=said) for one in subjects]
        self._session.add_all(placed)
        self._session.flush()
        return placed

    def release(self, subjects: Sequence[Subject]) -> int:
        """Release the holds on *subjects*; return how many. Raises NotFound when there is none."""
        found = self.on(subjects)
        if not found:
            raise NotFound("there is no legal hold on this person")
        for hold in found:
            self._session.delete(hold)
        self._session.flush()
        return len(found)
