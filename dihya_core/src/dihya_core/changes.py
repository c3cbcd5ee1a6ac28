"""Every changed row, noticed when SQLAlchemy flushes it, so that no plugin has to report its changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.sql.dml import UpdateBase

if TYPE_CHECKING:
    from .acts import OpenAct


@dataclass(slots=True)
class Change:
    """One changed row: kind (``insert``, ``update``, ``delete``) and the names of the columns; never their values."""

    table: str
    key: str
    kind: str
    columns: tuple[str, ...]
    rows: int | None = None


def watch(session: Session, act: OpenAct) -> None:
    """Note in *act* what *session* changes."""
    session.info["dihya_act"] = act
    if not event.contains(Session, "after_flush", _after_flush):
        event.listen(Session, "after_flush", _after_flush)
        event.listen(Session, "do_orm_execute", _on_execute)


def _after_flush(session: Session, context: UOWTransaction) -> None:
    act = session.info.get("dihya_act")
    if act is None:
        return
    for instance in session.new:
        _note(act, instance, "insert")
    for instance in session.dirty:
        if session.is_modified(instance):
            _note(act, instance, "update")
    for instance in session.deleted:
        _note(act, instance, "delete")


def _note(act: OpenAct, instance: Any, kind: str) -> None:
    state = inspect(instance)
    table = state.mapper.local_table
    if not table.info.get("audited", True):
        return
    if kind == "update":
        columns = tuple(sorted(item.key for item in state.attrs if item.history.has_changes()))
    else:
        columns = tuple(sorted(table.columns.keys())) if kind == "insert" else ()
    key = ",".join(str(part) for part in state.mapper.primary_key_from_instance(instance))
    _merge(act.changes, Change(table.name, key, kind, columns))


def _merge(changes: dict[tuple[str, str], Change], change: Change) -> None:
    """Fold several flushes of one row into one change."""
    place = (change.table, change.key)
    before = changes.get(place)
    if before is None:
        changes[place] = change
    elif before.kind == "insert" and change.kind == "delete":
        del changes[place]
    elif before.kind == "insert":
        before.columns = tuple(sorted({*before.columns, *change.columns}))
    else:
        changes[place] = Change(
            change.table, change.key, change.kind, tuple(sorted({*before.columns, *change.columns}))
        )


def _on_execute(state: ORMExecuteState) -> Any:
    """Note UPDATE, DELETE and INSERT statements, which change rows without a flush."""
    act = state.session.info.get("dihya_act")
    statement = state.statement
    if act is None or not isinstance(statement, UpdateBase):
        return None
    table = getattr(statement, "table", None)
    if table is None or not table.info.get("audited", table.info.get("model") is not None):
        return None
    result = state.invoke_statement()
    kind = "update" if state.is_update else "delete" if state.is_delete else "insert"
    columns = tuple(sorted(column.key for column in (getattr(statement, "_values", None) or {})))
    number = len(act.changes)
    act.changes[table.name, f"#{number}"] = Change(table.name, "", kind, columns, getattr(result, "rowcount", None))
    return result
