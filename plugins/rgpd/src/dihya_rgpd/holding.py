"""What is placed on people until somebody takes it away: legal holds, which keep data, and restrictions, which hide it too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import Act
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Hold, Restriction


class _Placing(ABC):
    """Rows of one table, each on one person with a reason.

    Args:
        act: which records that something was placed and taken away; None where nothing is written.

    Attributes:
        model: the table.
        placed, taken: what the log calls it.
    """

    model: ClassVar[Any]
    placed: ClassVar[str]
    taken: ClassVar[str]

    def __init__(self, session: Session, act: Act | None = None) -> None:
        self._session, self._act = session, act

    def all(self) -> Sequence[Any]:
        """Return every row, the oldest first."""
        return self._session.scalars(select(self.model).order_by(self.model.placed_at, self.model.id)).all()

    def people(self) -> list[Subject]:
        """Return everybody on whom one is placed."""
        return [Subject(one.subject_table, one.subject_key, "") for one in self.all()]

    def on(self, subjects: Iterable[Subject]) -> list[Any]:
        """Return those on *subjects*."""
        wanted = {(subject.table, subject.key) for subject in subjects}
        return [one for one in self.all() if (one.subject_table, one.subject_key) in wanted]

    def place(self, subjects: Sequence[Subject], reason: str) -> list[Any]:
        """Place one on each of *subjects*. Raises Invalid without a reason, or (409) where there is one already."""
        said = " ".join(reason.split())
        if not 3 <= len(said) <= 500:
            raise Invalid(self.unexplained())
        if self.on(subjects):
            raise Invalid(self.doubled(), code="held", status=409)
        placed = [self.model(subject_table=one.table, subject_key=one.key, reason=said) for one in subjects]
        self._session.add_all(placed)
        self._session.flush()
        if self._act:
            about = f"{self.model.__tablename__}:{placed[0].id}"
            self._act.record(self.placed, object=about, subjects=len(placed))
        return placed

    def release(self, subjects: Sequence[Subject]) -> int:
        """Take away those on *subjects*; return how many. Raises NotFound when there is none."""
        found = self.on(subjects)
        if not found:
            raise NotFound(self.missing())
        for one in found:
            self._session.delete(one)
        self._session.flush()
        if self._act:
            self._act.record(self.taken, subjects=len(found))
        return len(found)

    @abstractmethod
    def unexplained(self) -> str:
        """Return what is said where a reason is missing or too long."""

    @abstractmethod
    def doubled(self) -> str:
        """Return what is said where one is there already."""

    @abstractmethod
    def missing(self) -> str:
        """Return what is said where there is none."""


class Holds(_Placing):
    """The legal holds: data that stays, whatever its age and whoever asks for its erasure."""

    model, placed, taken = Hold, "rgpd.held", "rgpd.released"

    def unexplained(self) -> str:
        return _("a legal hold needs a reason of 3 to 500 characters; say which claim or proceeding needs it")

    def doubled(self) -> str:
        return _("there is a legal hold on this person already")

    def missing(self) -> str:
        return _("there is no legal hold on this person")


class Restrictions(_Placing):
    """The restrictions (RGPD article 18): data that is kept and not used until it is lifted."""

    model, placed, taken = Restriction, "rgpd.restricted", "rgpd.lifted"

    def unexplained(self) -> str:
        return _(
            "a restriction needs a reason of 3 to 500 characters; say what is disputed, or which claim needs the data"
        )

    def doubled(self) -> str:
        return _("the data about this person is restricted already")

    def missing(self) -> str:
        return _("the data about this person is not restricted")


class Kept:
    """Implements ``dihya_hookspecs.rgpd.Held``: nothing about these people goes by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_container(cls, svcs_container: Any) -> Kept:
        """Build the service inside an act."""
        return cls(svcs_container.get(Session))

    def people(self) -> Sequence[Subject]:
        """Return everybody under a hold or a restriction."""
        return list(dict.fromkeys([*Holds(self._session).people(), *Restrictions(self._session).people()]))
