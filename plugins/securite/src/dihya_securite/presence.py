"""The day on which people were last here."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .models import LastSeen, now


class Presence:
    """Notes the day, and no more than the day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_container(cls, svcs_container: Any) -> Presence:
        """Build the service inside an act."""
        return cls(svcs_container.get(Session))

    def note(self, person: uuid.UUID) -> None:
        """Remember that somebody is here today."""
        today, row = now().date(), self._session.get(LastSeen, person)
        if row is not None:
            row.seen_on = max(row.seen_on, today)
            return
        try:
            with self._session.begin_nested():
                self._session.add(LastSeen(person_id=person, seen_on=today))
        except IntegrityError:  # another request of theirs was faster
            return
