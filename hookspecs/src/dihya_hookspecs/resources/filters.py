"""The filter algebra: what can be asked of one column, the same on every engine and through references."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Boolean, ColumnElement, Enum, Select, String, and_, literal, or_, select

from .. import Flaw, Invalid
from ..fields.types import Choice
from .columns import Path, declared, plain
from .searching import occurs

Operator = Literal["eq", "ne", "in", "gt", "ge", "lt", "le", "between", "contains", "startswith", "is_null"]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
Visible = Callable[[Any, Select[Any]], Select[Any]]
"""Narrows a select of one model to the rows that the caller may know of."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one column.

    Attributes:
        field: a column, or a path through references: ``member_id.last_name``.
        value: what it is compared with; a sequence for ``in``, a pair for ``between``, True or False for ``is_null``. None
            equals what is empty.
    """

    field: str
    op: Operator
    value: Any = None


def where(**equal: Any) -> tuple[Filter, ...]:
    """Return filters by which each of these columns equals its value."""
    return tuple(Filter(name, "eq", value) for name, value in equal.items())


def operators(path: Path) -> tuple[Operator, ...]:
    """Return what can be asked of the column at the end of *path*."""
    if not path.comparable:
        return ("is_null",)
    if isinstance(plain(path.kind), Boolean):
        return ("eq", "ne", "in", "is_null")
    if textual(path.kind):
        return OPERATORS
    return tuple(op for op in OPERATORS if op not in ("contains", "startswith"))


def textual(kind: Any) -> bool:
    """Tell whether a type holds words of people's own: no choices, no identifiers."""
    return isinstance(plain(kind), String) and not isinstance(plain(kind), Enum) and not isinstance(kind, Choice)


def condition(path: Path, asked: Filter, visible: Visible) -> ColumnElement[bool]:
    """Return the condition in SQL. Raises Invalid for an operator that the column does not have."""
    possible = operators(path)
    if asked.op not in possible:
        detail = f"{asked.field!r} cannot be asked with {asked.op!r}; one of {', '.join(possible)}"
        raise Invalid(detail, flaws=[Flaw(f"/{asked.field}", detail, "query")])
    if asked.op == "ne":  # what is empty, or refers to nothing, does not equal a value
        return ~_through(path.steps, _condition(path.column, Filter(asked.field, "eq", asked.value)), visible)
    if asked.op == "is_null" and path.steps:
        filled = _through(path.steps, path.column.is_not(None), visible)
        return ~filled if asked.value else filled
    return _through(path.steps, _condition(path.column, asked), visible)


def _through(steps: tuple[tuple[Any, Any], ...], inner: ColumnElement[bool], visible: Visible) -> ColumnElement[bool]:
    """Ask *inner* of the rows to which the references lead."""
    for reference, model in reversed(steps):
        reached = visible(model, select(model.id).where(inner)).correlate(None)
        inner = _filled(reference, reference.in_(reached))
    return inner


def _condition(column: Any, asked: Filter) -> Any:
    value, kind = asked.value, column.type
    match asked.op:
        case "eq":
            return column.is_(None) if value is None else _filled(column, column == literal(value, kind))
        case "in":
            return _any_of(column, value)
        case "is_null":
            return column.is_(None) if value else column.is_not(None)
        case "between":
            low, high = value
            return and_(column >= literal(low, kind), column <= literal(high, kind))
        case "contains":
            return occurs(column, str(value))
        case "startswith":
            return occurs(column, str(value), at_start=True)
        case "gt":
            return column > literal(value, kind)
        case "ge":
            return column >= literal(value, kind)
        case "lt":
            return column < literal(value, kind)
    return column <= literal(value, kind)


def _filled(column: Any, inner: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that is never NULL, so that it can be negated."""
    return and_(column.is_not(None), inner) if declared(column).nullable else inner


def _any_of(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    known = [value for value in values if value is not None]
    found = _filled(column, column.in_(known))
    return found if len(known) == len(values) else or_(column.is_(None), found)
