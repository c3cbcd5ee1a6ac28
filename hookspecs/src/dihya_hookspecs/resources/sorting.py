"""The order of a list and the place of a cursor in it: the same rows in the same order on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from .. import Flaw, Invalid
from .columns import Path
from .cursors import Place
from .filters import Visible


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order.

    Attributes:
        expression: what is compared, as the driver sees it: without the type's own reading and writing, so that a value
            that comes back in a cursor is the very one that the database holds.
        nulls_first: where the list is read from its end, what is empty comes first.
    """

    expression: Any
    descending: bool
    nullable: bool
    nulls_first: bool = False

    def order(self) -> Any:
        """Return its part of ORDER BY; engines disagree on where NULL stands, here it is last, both ways."""
        directed = self.expression.desc() if self.descending else self.expression.asc()
        if not self.nullable:
            return directed
        return directed.nulls_first() if self.nulls_first else directed.nulls_last()

    def turned(self) -> Key:
        """Return the key of the same list, read from its end."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def same(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a row has the cursor's value."""
        said: ColumnElement[bool]
        said = self.expression.is_(None) if value is None else self.expression == _bound(value)
        return said

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a row comes after the cursor's value."""
        if value is None:
            return self.expression.is_not(None) if self.nulls_first else false()
        further = self.expression < _bound(value) if self.descending else self.expression > _bound(value)
        return or_(further, self.expression.is_(None)) if self.nullable and not self.nulls_first else further


def _bound(value: Any) -> Any:
    return literal(value, NullType())


def key(path: Path, name: str, visible: Visible) -> Key:
    """Return the key for one part of an order, such as ``-last_name``. Raises Invalid for a column that has no order."""
    if not path.comparable:
        detail = f"{name.lstrip('-')!r} has no order"
        raise Invalid(detail, flaws=[Flaw("/order", detail, "query")])
    expression, nullable = path.column, bool(path.steps) or bool(path.declared.nullable)
    if path.steps:
        expression = _reached(path, visible)
    return Key(type_coerce(expression, NullType()), name.startswith("-"), nullable)


def _reached(path: Path, visible: Visible) -> Any:
    """Return the value at the end of a path as a subquery for each row."""
    (reference, _model), *_rest = path.steps
    names = [step.key for step, _ in path.steps[1:]] + [path.column.key]
    models = [aliased(model) for _, model in path.steps]
    sought = select(getattr(models[-1], names[-1])).where(models[0].id == reference)
    for number, following in enumerate(models[1:]):
        sought = sought.where(following.id == getattr(models[number], names[number]))
    for (_, model), alias in zip(path.steps, models, strict=True):
        plain = select(model.id)
        if (narrowed := visible(model, plain)) is not plain:
            sought = sought.where(alias.id.in_(narrowed.correlate(None)))
    return sought.correlate(reference.class_).scalar_subquery()


def beyond(keys: Sequence[Key], place: Place) -> ColumnElement[bool]:
    """Return the condition that a row comes after a place, in the order of the keys."""
    values = place.values
    ways = [
        and_(
            *(key.same(value) for key, value in zip(keys[:depth], values[:depth], strict=True)),
            keys[depth].beyond(values[depth]),
        )
        for depth in range(len(keys))
    ]
    if place.included:
        ways.append(and_(*(key.same(value) for key, value in zip(keys, values, strict=True))))
    return or_(*ways)
