"""Which columns of a table a list may name, and the way from a table to those that it refers to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Integer, LargeBinary, func, inspect, type_coerce

from .. import Flaw, Invalid
from .._annotations import Personal

Hidden = Callable[[Any], frozenset[str]]
DEPTH = 3
"""A path follows at most this many references: ``consultation_id.patient_id.last_name`` has two."""


@dataclass(frozen=True, slots=True)
class Path:
    """A column, and the references that lead to it from the table that is asked: none for one of its own columns.

    Attributes:
        steps: each a reference (an attribute of a mapped class) and the class that it leads to.
        column: the attribute at the end.
    """

    steps: tuple[tuple[Any, Any], ...]
    column: Any

    @property
    def kind(self) -> Any:
        """The SQLAlchemy type of the column at the end."""
        return self.column.type

    @property
    def declared(self) -> Column[Any]:
        """The column of the table, or what stands for one that is worked out."""
        return declared(self.column)

    @property
    def comparable(self) -> bool:
        """Whether databases compare its values: not documents and bytes."""
        return not isinstance(plain(self.kind), JSON | LargeBinary)


def plain(kind: Any) -> Any:
    """Return the type that the database knows, below one of ours."""
    return getattr(kind, "impl_instance", kind)


def secret(column: Any) -> bool:
    """Tell whether a column is never shown: a password hash, a token."""
    declared = column.info.get("rgpd")
    return isinstance(declared, Personal) and declared.secret


@cache
def columns_of(model: Any) -> Mapping[str, Column[Any]]:
    """Return the columns of a model by name, and after those of its table what each ``column_property`` works out in SQL.

    Such a one is listed, filtered and sorted by like any other; nobody writes it.
    """
    table = {column.key: column for column in model.__table__.columns}
    more = {each.key: each for each in inspect(model).column_attrs if each.key not in table}
    return table | {name: Column(name, each.expression.type, info=each.info) for name, each in more.items()}


def declared(attribute: Any) -> Column[Any]:
    """Return the column of an attribute of a mapped class."""
    expression = attribute.expression
    return expression if isinstance(expression, Column) else columns_of(attribute.class_)[attribute.key]


def shown(model: Any) -> list[str]:
    """Return the names of the columns that may be shown."""
    return [name for name, column in columns_of(model).items() if not secret(column)]


def key_of(model: Any, id: Any) -> Any:
    """Return an identifier as the key of the table holds it: most are UUIDs, some are texts. Raises ValueError."""
    if model.id.type.python_type is not uuid.UUID:
        return str(id)
    return id if isinstance(id, uuid.UUID) else uuid.UUID(str(id))


def target(column: Any) -> Any | None:
    """Return the mapped class that a reference leads to; None where it leads to none."""
    for key in column.foreign_keys:
        return key.column.table.info.get("model")
    return None


def nothing(model: Any) -> frozenset[str]:
    """Hide no column."""
    return frozenset()


def sought(model: Any, name: str, hidden: Hidden) -> Path | None:
    """Return the path in which a search looks; None where this caller does not see what stands there."""
    try:
        return find(model, name, "search", hidden)
    except Invalid:
        find(model, name, "search")  # a name that is wrong for everybody is a mistake
        return None


def find(model: Any, name: str, use: str, hidden: Hidden = nothing) -> Path:
    """Return the path that *name* says: ``last_name``, or ``member_id.last_name`` through a reference.

    Args:
        use: what it is for, as the message says it: ``filter``, ``sort``.
        hidden: returns the columns of a model that this caller does not see.

    Raises:
        Invalid: there is no such column that may be shown.
    """
    first, *rest = name.split(".")
    steps: list[tuple[Any, Any]] = []
    attribute = _attribute(model, first, use, name, hidden)
    for part in rest:
        following = target(attribute.expression)
        if following is None or len(steps) == DEPTH:
            raise _unknown(name, use, f"{attribute.key!r} refers to no table")
        steps.append((attribute, following))
        attribute = _attribute(following, part, use, name, hidden)
    return Path(tuple(steps), attribute)


def _attribute(model: Any, part: str, use: str, name: str, hidden: Hidden) -> Any:
    unseen = hidden(model)
    known = [key for key in shown(model) if key not in unseen]
    if part not in known:
        raise _unknown(name, use, f"one of {', '.join(known)}")
    return getattr(model, part)


def _unknown(name: str, use: str, more: str) -> Invalid:
    message = f"unknown column {name[:64]!r} to {use} by; {more}"
    return Invalid(message, flaws=[Flaw(f"/{name}", "unknown column", "query")])


_PART = 10**9
"""Whole numbers are added up in two parts, below it and above, so that no sum leaves 64 bits; SQLite gives up where one does."""


def addends(column: Any) -> list[Any]:
    """Return the expressions that ``summed`` makes the sum of a column of: two of a number that is stored whole, otherwise one."""
    if not isinstance(plain(column.type), Integer):
        return [func.sum(column)]
    stored = type_coerce(column, BigInteger)
    return [func.sum(stored // _PART), func.sum(stored % _PART)]


def summed(column: Any, parts: Sequence[Any], dialect: Dialect) -> Any:
    """Return the sum in the type of the column; None where there was nothing to add."""
    if len(parts) == 1 or parts[0] is None:
        return parts[0]
    whole = int(parts[0]) * _PART + int(parts[1])
    made = column.type.result_processor(dialect, None)
    return made(whole) if made else whole
