"""The kinds of rules that look at the record to which a reference leads, when it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..i18n import Text
from .kinds import Rule, label_of, parent_of
from .values import Values, among, holds

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class RefersTo(Rule):
    """The record that is chosen in *field* has these values then; what becomes of it later breaks nothing."""

    where: Values = ()
    when_chosen: ClassVar[bool] = True

    def broken(self, session: Session, record: Any) -> bool:
        chosen = _chosen(session, record, self.field, self.field)
        return chosen is not None and not holds(chosen, self.where)

    def words(self, model: Any) -> Text:
        field, said = label_of(model, self.field), among(parent_of(model, self.field), self.where)
        return Text(
            f"for “{field.en}”, choose a record with {said.en}",
            f"pour « {field.fr} », choisissez une fiche avec {said.fr}",
        )


@dataclass(frozen=True, slots=True)
class Within(Rule):
    """*field* lies between two days or moments of the record that *over* leads to; either of them may be empty."""

    over: str = ""
    since: str = ""
    until: str = ""
    when_chosen: ClassVar[bool] = True

    @property
    def names(self) -> tuple[str, ...]:
        return self.field, self.over

    def broken(self, session: Session, record: Any) -> bool:
        value, chosen = getattr(record, self.field), _chosen(session, record, self.over, self.field)
        if value is None or chosen is None:
            return False
        first, last = (getattr(chosen, name) if name else None for name in (self.since, self.until))
        return (first is not None and _before(value, first)) or (last is not None and _before(last, value))

    def words(self, model: Any) -> Text:
        parent, field, over = parent_of(model, self.over), label_of(model, self.field), label_of(model, self.over)
        ends = [label_of(parent, name) for name in (self.since, self.until) if name]
        english, french = (
            " and ".join(f"“{each.en}”" for each in ends), " et ".join(f"« {each.fr} »" for each in ends)
        )  # fmt: skip
        if len(ends) == 2:
            return Text(
                f"“{field.en}” must lie between {english} of “{over.en}”",
                f"« {field.fr} » doit se situer entre {french} de « {over.fr} »",
            )
        side = ("before", "précéder") if self.since else ("after", "suivre")
        return Text(
            f"“{field.en}” must not be {side[0]} {english} of “{over.en}”",
            f"« {field.fr} » ne peut pas {side[1]} {french} de « {over.fr} »",
        )


def _chosen(session: Session, record: Any, over: str, field: str) -> Any:
    """Return the record that a reference leads to, where it or *field* has just been set; None otherwise."""
    from sqlalchemy.orm.attributes import get_history

    parent, key = parent_of(type(record), over), getattr(record, over)
    if parent is None or key is None or not any(get_history(record, name).added for name in (over, field)):
        return None
    return session.get(parent, key)


def _before(earlier: Any, later: Any) -> bool:
    """Compare days and moments; where one of both is a day, days are compared."""
    if isinstance(earlier, datetime) != isinstance(later, datetime):
        earlier, later = _day(earlier), _day(later)
    return bool(earlier < later)


def _day(value: Any) -> date:
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value
