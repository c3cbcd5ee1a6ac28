"""What the actor of the running act reaches of a table, for ``Records``; without an act, or for the system, all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, select
from sqlalchemy.orm import Session

from . import Flaw, Invalid, NotFound, Refused
from .access import Access, Actor
from .acts import _current
from .fields.declared import fields_of


class Asking(NamedTuple):
    """Who asks, and whom."""

    access: Access
    actor: Actor | None


def asking() -> Asking | None:
    """Return the actor of the running act and who knows what they reach; None where no act runs."""
    act = _current.get(None)
    return None if act is None else Asking(act.get(Access), act.actor)


def visible(model: Any, statement: Select[Any], service: Any = None) -> Select[Any]:
    """Return *statement*, which selects from *model*, narrowed to the rows that the actor may know of. Raises Refused."""
    condition = _rows(model, service, 0)
    return statement if condition is None else statement.where(condition)


def _rows(model: Any, service: Any, kind: int) -> ColumnElement[bool] | None:
    asked = asking()
    if asked is None:
        return None
    return asked.access.rows(asked.actor, asked.access.actions(service or model)[kind], model)


def single(statement: Select[Any], narrow: Callable[[Any, Select[Any]], Select[Any]], model: Any) -> Select[Any]:
    """Return *statement* narrowed; where a policy cannot judge lists, ``demand`` must judge what is found."""
    try:
        return narrow(model, statement)
    except Refused as refused:
        if refused.code != "no-list":
            raise
        return statement


def trace(record: Any, hidden: frozenset[str]) -> None:
    """Let the log keep that the actor of the running act looked at a record of a traced table."""
    act, table = _current.get(None), record.__table__
    if act is not None and act.actor is not None and not hidden.issuperset(table.info["traced"]):
        act.record(f"{table.info['plugin']}.opened", object=f"{table.name}:{record.id}")


def demand(action: str, record: Any, service: Any = None) -> None:
    """Raise Refused when the actor may not do this to a stored record, NotFound when they may not know of it.

    Args:
        action: ``read``, of a record that ``single`` has found; anything else is writing.
    """
    asked = asking()
    if asked is None:
        return
    read, write = asked.access.actions(service or type(record))
    if action == "read" and _listed(type(record), service):
        return
    for right in (read,) if action == "read" else (read, write):
        verdict = asked.access.reaches(asked.actor, right, record)
        if not verdict and right == read and verdict.code == "row":
            raise NotFound(f"no record {str(record.id)!r} in {record.__tablename__}")
        if not verdict:
            raise Refused(verdict.reason, code=verdict.code, params=verdict.params)


def _listed(model: Any, service: Any) -> bool:
    """Tell whether what a list holds is all that is to be known of a record."""
    try:
        _rows(model, service, 0)
    except Refused:
        return False
    return True


def undone(session: Session, model: Any, service: Any = None) -> AbstractContextManager[Any]:
    """Return a savepoint, for what is judged when it is written; nothing where no rule narrows this actor."""
    return session.begin_nested() if narrowed(model, service) else nullcontext()


def narrowed(model: Any, service: Any = None) -> bool:
    """Tell whether a rule or a policy lets the actor reach only some of the rows."""
    if asking() is None:
        return False
    try:
        return any(_rows(model, service, kind) is not None for kind in (0, 1))
    except Refused:
        return True


def hidden(model: Any, service: Any = None) -> frozenset[str]:
    """Return the columns that the actor does not see, and so neither filters nor sorts nor searches by."""
    asked = asking()
    return (
        frozenset()
        if asked is None
        else asked.access.hidden(asked.actor, asked.access.actions(service or model)[0], model)
    )


def locked(model: Any, service: Any = None) -> frozenset[str]:
    """Return the columns that the actor may not write."""
    asked = asking()
    return (
        frozenset()
        if asked is None
        else asked.access.hidden(asked.actor, asked.access.actions(service or model)[1], model)
    )


def demand_columns(model: Any, names: Any, service: Any = None) -> None:
    """Raise Invalid, with one flaw for each, when *names* holds columns that the actor may not write."""
    if refused := locked(model, service).intersection(names):
        flaws = [Flaw(f"/{name}", "unknown field", "unknown") for name in sorted(refused)]
        raise Invalid("the body breaks the rules of this form; see errors", flaws=flaws)


def writable(model: Any, values: Any, service: Any = None) -> dict[str, Any]:
    """Return the values of a new record without those that the actor may not write, where they say what it has anyway.

    Raises:
        Invalid: one of them says something else.
    """
    kept = locked(model, service)
    fields = fields_of(model) if kept else {}
    said = {name for name in kept.intersection(values) if values[name] not in (None, fields[name].default)}
    demand_columns(model, said, service)
    return {name: value for name, value in values.items() if name not in kept}


def demand_references(session: Session, model: Any, values: Any) -> None:
    """Raise Invalid when a value refers to a record that the actor may not know of: to them there is none."""
    for name, value in values.items():
        column = model.__table__.columns.get(name)
        if column is None or value is None:
            continue
        for key in column.foreign_keys:
            other = key.column.table.info.get("model")
            condition = _rows(other, None, 0) if other is not None else None
            if condition is None:
                continue
            if session.scalar(select(literal(1)).select_from(other).where(key.column == value, condition)) is None:
                raise Invalid(
                    "another record refers to this one, or the one it refers to is gone", code="referred", status=409
                )
