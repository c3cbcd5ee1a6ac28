"""Rules over several fields or records, declared on the class: ``__rules__ = (not_before("left_on", "joined_on"), …)``.

``Records`` obeys them whenever a record is added or changed; what they say is made of the labels of their fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TYPE_CHECKING, Any

from .. import DeclarationError, Flaw, Invalid
from ..i18n import Text
from .kinds import Moves, NotBefore, RequiredWhen, Rule, SumAtMost, UniqueTogether
from .kinds import unique_name as unique_name
from .moments import NoOverlap, PastWhen
from .referred import RefersTo, Within
from .values import values

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def not_before(field: str, than: str, message: Text | None = None) -> Rule:
    """*field* (a date, a moment, a number) must not come before *than*."""
    return NotBefore(field, message, than)


def required_when(field: str, when: Mapping[str, Any], message: Text | None = None) -> Rule:
    """*field* must be said when: ``required_when("paid_on", {"status": "paid"})``."""
    return RequiredWhen(field, message, tuple(when.items()))


def unique_together(*fields: str, message: Text | None = None) -> Rule:
    """No two records have the same values in these fields; the table gets the unique constraint."""
    return UniqueTogether(fields[0] if fields else "", message, fields[1:])


def no_overlap(
    start: str,
    end: str,
    *,
    per: str | Iterable[str] = (),
    unless: Mapping[str, Any] | None = None,
    message: Text | None = None,
) -> Rule:
    """No two records with the same *per* (``room_id``) lie at the same time.

    Args:
        end: the last day, the moment at which it ends (empty: open), or a whole number of minutes.
        unless: who has these values takes no time: ``{"status": ("cancelled", "missed")}``.
    """
    return NoOverlap(start, message, end, (per,) if isinstance(per, str) else tuple(per), values(unless))


def past_when(field: str, when: Mapping[str, Any], message: Text | None = None) -> Rule:
    """*field* (a day or a moment) must have come when: ``past_when("starts_at", {"status": ("seen", "missed")})``."""
    return PastWhen(field, message, values(when))


def refers_to(field: str, where: Mapping[str, Any], message: Text | None = None) -> Rule:
    """Whoever chooses a record in *field* chooses one with these values: ``refers_to("product_id", {"status": "sold"})``."""
    return RefersTo(field, message, values(where))


def within(field: str, *, over: str, since: str = "", until: str = "", message: Text | None = None) -> Rule:
    """*field* lies in the time of the record that *over* leads to: ``within("starts_at", over="doctor_id", until="left_on")``.

    Args:
        since, until: days or moments of that record; one of them may be left out, and both may be empty there.
    """
    return Within(field, message, over, since, until)


def sum_at_most(field: str, *, over: str, limit: str, message: Text | None = None) -> Rule:
    """``sum_at_most("seats", over="event_id", limit="capacity")``: it holds when a seat is booked and when the capacity is lowered."""
    return SumAtMost(field, message, over, limit)


def prepared(cls: Any) -> tuple[Rule, ...]:
    """Return the rules of a class, checked and with the moves of its choices. Raises DeclarationError."""
    table, found = cls.__table__, [rule for rule in getattr(cls, "__rules__", ())]
    for rule in found:
        if not isinstance(rule, Rule):
            raise DeclarationError(
                f"{cls.__name__}.__rules__ holds {rule!r}, no rule; use those of dihya_hookspecs.rules"
            )
        for name in rule.names:
            if name not in table.columns:
                known = ", ".join(table.columns.keys())
                raise DeclarationError(
                    f"{cls.__name__}.__rules__: {name!r} is no field of {table.name}; one of {known}"
                )
        rule.prepare(table)
    for column in table.columns:
        if over := getattr(column.type, "over", ()):  # a number is unique among what is counted together
            found.append(UniqueTogether(over[0], None, (*over[1:], column.key)))
            found[-1].prepare(table)
    return (*found, *(Moves(column.key) for column in table.columns if getattr(column.type, "following", None)))


def obey(session: Session, record: Any, *, restored: bool = False, apart: Set[str] = frozenset()) -> None:
    """Raise Invalid, with one flaw for each rule that *record* breaks: its own, and those whose limit it holds.

    Args:
        restored: it was there before; what it refers to was chosen then.
        apart: fields that are wrong by themselves; no rule that names one of them is asked.
    """
    model = type(record)
    asked = [rule for rule in model.__table__.info.get("rules", ()) if not (restored and rule.when_chosen)]
    asked = [rule for rule in asked if apart.isdisjoint(rule.names)]
    broken = [(rule, model) for rule in asked if rule.broken(session, record)]
    if record.id is not None:
        broken += [
            (rule, child)
            for rule, child in _limited_by(model)
            if rule.limit not in apart and rule.lowered(session, child, record)
        ]
    if not broken:
        return
    flaws = []
    for rule, owner in broken:
        said = str(rule.message or (rule.complaint(session, record) if owner is model else rule.words(owner)))
        flaws.append(Flaw(f"/{rule.field if owner is model else rule.limit}", said, rule.code))
    status = 422 if any(rule.status == 422 for rule, _ in broken) else 409
    raise Invalid(flaws[0].detail, code=broken[0][0].code, status=status, flaws=flaws)


def _limited_by(model: Any) -> Iterator[tuple[Any, Any]]:
    for table in model.metadata.tables.values():
        for rule in table.info.get("rules", ()):
            if isinstance(rule, SumAtMost) and any(
                key.column.table is model.__table__ for key in table.columns[rule.over].foreign_keys
            ):
                yield rule, table.info["model"]
