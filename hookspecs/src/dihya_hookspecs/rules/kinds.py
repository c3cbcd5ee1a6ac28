"""The kinds of rules: when each is broken, and what it then says."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..i18n import Text

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

LONGEST_NAME = 63
"""Characters of a name in PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        field: to which a refusal points.
        message: what it says; None for the words made of the labels.
        when_chosen: it looks at what a reference leads to, and only while that is chosen.
    """

    field: str
    message: Text | None = None
    code: ClassVar[str] = "rule"
    status: ClassVar[int] = 422
    when_chosen: ClassVar[bool] = False

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the own table that the rule names."""
        return (self.field,)

    def broken(self, session: Session, record: Any) -> bool:
        """Tell whether *record* breaks the rule."""
        raise NotImplementedError

    def words(self, model: Any) -> Text:
        """Return what a refusal says, made of labels."""
        raise NotImplementedError

    def complaint(self, session: Session, record: Any) -> Text:
        """Return what a refusal of *record* says."""
        return self.words(type(record))

    def prepare(self, table: Table) -> None:
        """Add to the table what the rule needs there."""


@dataclass(frozen=True, slots=True)
class NotBefore(Rule):
    """*field* does not come before *than*; either may be empty."""

    than: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.field, self.than

    def broken(self, session: Session, record: Any) -> bool:
        later, earlier = getattr(record, self.field), getattr(record, self.than)
        return later is not None and earlier is not None and bool(later < earlier)

    def words(self, model: Any) -> Text:
        from ..fields.declared import fields_of

        field, than = label_of(model, self.field), label_of(model, self.than)
        if not fields_of(model)[self.field].kind.startswith("date"):
            return Text(
                f"“{field.en}” must not be less than “{than.en}”",
                f"« {field.fr} » ne peut pas être inférieur à « {than.fr} »",
            )
        return Text(
            f"“{field.en}” must not be before “{than.en}”", f"« {field.fr} » ne peut pas précéder « {than.fr} »"
        )


@dataclass(frozen=True, slots=True)
class RequiredWhen(Rule):
    """*field* must be said while the others have these values."""

    when: tuple[tuple[str, Any], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.field, *(name for name, _ in self.when))

    def broken(self, session: Session, record: Any) -> bool:
        needed = all(getattr(record, name) == value for name, value in self.when)
        return needed and getattr(record, self.field) in (None, "")

    def words(self, model: Any) -> Text:
        field = label_of(model, self.field)
        english = " and ".join(
            f"“{label_of(model, name).en}” is “{caption_of(model, name, value).en}”" for name, value in self.when
        )
        french = " et ".join(
            f"« {label_of(model, name).fr} » vaut « {caption_of(model, name, value).fr} »" for name, value in self.when
        )
        return Text(f"“{field.en}” is needed when {english}", f"« {field.fr} » est nécessaire lorsque {french}")


@dataclass(frozen=True, slots=True)
class Moves(Rule):
    """A choice goes only where its moves lead; every ``Choice(…, moves=…)`` brings this rule along."""

    def broken(self, session: Session, record: Any) -> bool:
        from sqlalchemy.orm.attributes import get_history

        from ..fields.declared import fields_of

        before = next(iter(get_history(record, self.field).deleted or ()), None)
        after = getattr(record, self.field)
        allowed: tuple[str, ...] = fields_of(record.__class__)[self.field].moves.get(str(before), ())
        return before is not None and after not in (before, *allowed)

    def words(self, model: Any) -> Text:
        field = label_of(model, self.field)
        return Text(f"“{field.en}” cannot change in this way", f"« {field.fr} » ne peut pas changer ainsi")


@dataclass(frozen=True, slots=True)
class UniqueTogether(Rule):
    """No two records have the same values in all of these fields; an empty value is like no other."""

    others: tuple[str, ...] = ()
    code: ClassVar[str] = "taken-together"  # its words name the fields; those for "taken" speak of one value
    status: ClassVar[int] = 409

    @property
    def names(self) -> tuple[str, ...]:
        return self.field, *self.others

    def broken(self, session: Session, record: Any) -> bool:
        values = {name: getattr(record, name) for name in self.names}
        return None not in values.values() and another(
            session, record, (getattr(type(record), n) == v for n, v in values.items())
        )

    def words(self, model: Any) -> Text:
        return self.said(model.__table__)

    def said(self, table: Table) -> Text:
        """Return what a refusal says, for a table whose constraint alone says it too."""
        from ..fields.declared import field_of

        labels = [field_of(table.columns[name]).label for name in self.names]
        english, french = (
            " and ".join(f"“{each.en}”" for each in labels),
            " et ".join(f"« {each.fr} »" for each in labels),
        )
        return Text(
            f"there is already a record with the same {english}", f"il existe déjà une fiche avec les mêmes {french}"
        )

    def prepare(self, table: Table) -> None:
        from sqlalchemy import UniqueConstraint

        table.append_constraint(UniqueConstraint(*self.names, name=unique_name(table.name, self.names)))


@dataclass(frozen=True, slots=True)
class SumAtMost(Rule):
    """The sum of *field* over all that refer to the same record through *over* stays within *limit* of that record."""

    over: str = ""
    limit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.field, self.over

    def broken(self, session: Session, record: Any) -> bool:
        model, shared, own = type(record), getattr(record, self.over), getattr(record, self.field)
        parent = parent_of(model, self.over)
        if parent is None or shared is None or own is None:
            return False
        most = session.scalar(_locked(getattr(parent, self.limit), parent.id == shared))
        return most is not None and self.total(session, model, shared, record.id) + own > most

    def complaint(self, session: Session, record: Any) -> Text:
        """Say how much is left besides; whoever asks for too much knows then what to ask for."""
        from sqlalchemy import select

        shared, parent, said = getattr(record, self.over), parent_of(type(record), self.over), self.words(type(record))
        most = session.scalar(select(getattr(parent, self.limit)).where(parent.id == shared))
        left = max(most - self.total(session, type(record), shared, record.id), 0)
        return Text(f"{said.en}; {left} left", f"{said.fr} ; reste {str(left).replace('.', ',')}")

    def lowered(self, session: Session, model: Any, parent: Any) -> bool:
        """Tell whether the sum over *model* exceeds the limit that *parent* is about to have."""
        most = getattr(parent, self.limit)
        return most is not None and self.total(session, model, parent.id) > most

    def total(self, session: Session, model: Any, shared: Any, apart: Any = None) -> Any:
        """Return the sum over the records that refer to *shared*, without the record *apart*."""
        from sqlalchemy import func, select

        wanted = [getattr(model, self.over) == shared, *([model.id != apart] if apart is not None else [])]
        return session.scalar(select(func.sum(getattr(model, self.field))).where(*wanted)) or 0

    def words(self, model: Any) -> Text:
        field, limit = label_of(model, self.field), label_of(parent_of(model, self.over), self.limit)
        over = label_of(model, self.over)
        return Text(
            f"the sum of “{field.en}” would exceed “{limit.en}” of “{over.en}”",
            f"la somme de « {field.fr} » dépasserait « {limit.fr} » de « {over.fr} »",
        )


def parent_of(model: Any, over: str) -> Any:
    """Return the class that a reference leads to; None when it is not there."""
    for key in model.__table__.columns[over].foreign_keys:
        return key.column.table.info.get("model")
    return None


def unique_name(table: str, fields: Iterable[str]) -> str:
    """Return the name of a unique constraint over several columns; a long one ends in a number instead."""
    name = f"uq_{table}_{'_'.join(fields)}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}_{zlib.crc32(name.encode()):08x}"


def one_at_a_time(session: Session, model: Any, group: Iterable[Any]) -> None:
    """Make two who look for a free place in the same group wait for each other; SQLite has one writer anyway."""
    from sqlalchemy import func, select

    if session.get_bind().dialect.name == "postgresql":
        number = zlib.crc32(repr((model.__tablename__, *map(str, group))).encode())
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _locked(column: Any, *conditions: Any) -> Any:
    from sqlalchemy import select

    return select(column).where(*conditions).with_for_update()


def another(session: Session, record: Any, conditions: Iterable[Any]) -> bool:
    """Tell whether a record beside this one fits."""
    from sqlalchemy import select

    model = type(record)
    apart = [model.id != record.id] if record.id is not None else []
    return session.scalar(select(model.id).where(*conditions, *apart).limit(1)) is not None


def label_of(model: Any, name: str) -> Text:
    """Return the words of a field."""
    from ..fields.declared import fields_of

    return fields_of(model)[name].label


def caption_of(model: Any, name: str, value: Any) -> Text:
    """Return what people read for a value of a field."""
    from ..fields.declared import fields_of

    choices: Mapping[str, Text] = fields_of(model)[name].choices
    return choices.get(value, Text(str(value), str(value)))
