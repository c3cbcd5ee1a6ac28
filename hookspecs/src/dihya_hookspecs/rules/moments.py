"""The kinds of rules that speak of time: what may not lie at the same time, and what cannot be said of the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from ..i18n import Text
from .kinds import Rule, another, label_of, one_at_a_time
from .values import Values, among, holds

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST = 7 * 24 * 60
"""Minutes that a record may last whose field says no limit of its own."""
EAST = timedelta(hours=14)
"""So far ahead of UTC a day has begun somewhere."""


@dataclass(frozen=True, slots=True)
class NoOverlap(Rule):
    """No two records lie at the same time; days overlap when they share one, moments do not when one ends as another starts."""

    until: str = ""
    per: tuple[str, ...] = ()
    unless: Values = ()
    status: ClassVar[int] = 409

    @property
    def names(self) -> tuple[str, ...]:
        return self.field, self.until, *self.per, *(name for name, _ in self.unless)

    def broken(self, session: Session, record: Any) -> bool:
        start, end, model = getattr(record, self.field), getattr(record, self.until), type(record)
        group = [getattr(record, name) for name in self.per]
        if start is None or None in group or (self.unless and holds(record, self.unless)):
            return False
        one_at_a_time(session, model, group)
        same = [getattr(model, name) == value for name, value in zip(self.per, group, strict=True)]
        same += self._occupying(model)
        if self._lasts(model):
            return self._lies_within(session, record, same, start, end)
        return self._lies_between(session, record, same, start, end)

    def _lies_between(self, session: Session, record: Any, same: list[Any], start: Any, end: Any) -> bool:
        from sqlalchemy import or_, true

        first, last = getattr(type(record), self.field), getattr(type(record), self.until)
        instants = isinstance(start, datetime)
        begun = true() if end is None else first < end if instants else first <= end
        open_ended = or_(last.is_(None), last > start if instants else last >= start)
        return another(session, record, (*same, first.is_not(None), begun, open_ended))

    def _lies_within(
        self, session: Session, record: Any, same: list[Any], start: datetime, minutes: int | None
    ) -> bool:
        """Compare the ends here: no two databases add minutes to a moment in the same words."""
        from sqlalchemy import select

        model = type(record)
        first, lasts = getattr(model, self.field), getattr(model, self.until)
        longest = timedelta(minutes=max(getattr(lasts.type, "max", None) or LONGEST, 1))
        near = [first < _end(start, minutes), first > start - longest]
        if record.id is not None:
            near.append(model.id != record.id)
        others = session.execute(select(first, lasts).where(*same, *near))
        return any(_end(begun, lasting) > start for begun, lasting in others)

    def _occupying(self, model: Any) -> Iterator[Any]:
        """Yield the condition that leaves out the records which take no time."""
        from sqlalchemy import and_, func, not_

        if self.unless:
            yield not_(and_(*(func.coalesce(getattr(model, name).in_(values), False) for name, values in self.unless)))

    def _lasts(self, model: Any) -> bool:
        from ..fields.declared import fields_of

        return fields_of(model)[self.until].kind == "integer"

    def words(self, model: Any) -> Text:
        labels = [label_of(model, name) for name in self.per]
        english, french = (", ".join(f"“{each.en}”" for each in labels), ", ".join(f"« {each.fr} »" for each in labels))
        same = (f" for the same {english}", f" pour la même valeur de {french}") if labels else ("", "")
        return Text(
            f"another record lies at the same time{same[0]}", f"une autre fiche occupe déjà ce créneau{same[1]}"
        )


def _end(start: datetime, minutes: int | None) -> datetime:
    """Return when it ends; what says no length takes its first minute."""
    return start + timedelta(minutes=max(minutes or 0, 1))


@dataclass(frozen=True, slots=True)
class PastWhen(Rule):
    """*field* must have come while the others have one of these values."""

    when: Values = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.field, *(name for name, _ in self.when))

    def broken(self, session: Session, record: Any) -> bool:
        value, now = getattr(record, self.field), datetime.now(UTC)
        if value is None or not holds(record, self.when):
            return False
        if isinstance(value, datetime):
            return value > now
        return isinstance(value, date) and value > (now + EAST).date()

    def words(self, model: Any) -> Text:
        field, said = label_of(model, self.field), among(model, self.when)
        return Text(
            f"“{field.en}” is still to come, so {said.en} is not possible yet",
            f"« {field.fr} » est encore à venir : {said.fr} n’est pas encore possible",
        )
