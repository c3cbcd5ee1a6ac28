"""The order of a list and the place of a cursor in it: the same rows in the same order on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from .. import Flaw, Invalid
from .columns import Path
from .filters import Visible


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order.

    Attributes:
        expression: what is compared, as the driver sees it: without the type's own reading and writing, so that a value
            that comes back in a cursor is the very one that the database holds.
    """

    expression: Any
    descending: bool
    nullable: bool

    def order(self) -> Any:
        """Return its part of ORDER BY; engines disagree on where NULL stands, here it is last, both ways."""
        directed = self.expression.desc() if self.descending else self.expression.asc()
        return directed.nulls_last() if self.nullable else directed

    def same(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a row has the cursor's value."""
        said: ColumnElement[bool]
        said = self.expression.is_(None) if value is None else self.expression == _bound(value)
        return said

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Return the condition that a row comes after the cursor's value."""
        if value is None:
            return false()
        further = self.expression < _bound(value) if self.descending else self.expression > _bound(value)
        return or_(further, self.expression.is_(None)) if self.nullable else further


def _bound(value: Any) -> Any:
    return literal(value, NullType())


def key(path: Path, name: str, visible: Visible) -> Key:
    """Return the key for one part of an order, such as ``-last_name``. Raises Invalid for a column that has no order."""
    if not path.comparable:
        detail = f"{name.lstrip('-')!r} has no order"
        raise Invalid(detail, flaws=[Flaw("/order", detail, "query")])
    expression, nullable = path.column, bool(path.steps) or path.column.expression.nullable
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


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a row comes after the one that had *values*."""
    ways = [
        and_(
            *(key.same(value) for key, value in zip(keys[:place], values[:place], strict=True)),
            keys[place].beyond(values[place]),
        )
        for place in range(len(keys))
    ]
    return or_(*ways)
