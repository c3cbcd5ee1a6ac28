"""Every change of a row, noticed on its way to the database, so that no plugin has to report its changes.

The engine tells every statement, whoever wrote it: a flush, SQLAlchemy's bulk and Core statements, SQL as text. Of a
flush the session knows more, row by row; what it does not name is told by table and number. A change that no act would
name is not made: over a connection of its own, as a statement that cannot be read, with a commit in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from threading import Lock
from typing import Any
from weakref import WeakSet

from dihya_hookspecs.data import UNAUDITED, Model
from sqlalchemy import Connection, Engine, event, func, select, tuple_
from sqlalchemy.orm import PassiveFlag, Session, UOWTransaction
from sqlalchemy.sql.elements import RollbackToSavepointClause, SavepointClause, _IdentifiedClause

from .statements import Change, Untracked, Write, bound, key_of, number_of, unsaid, write_of

_ACT = "dihya_changes"
_LISTENING = Lock()
_WATCHED: WeakSet[Engine] = WeakSet()


class Changes:
    """What one act has changed and no audit event names yet; implements ``dihya_hookspecs.data.Changes``."""

    def __init__(self) -> None:
        self.open, self.committing = True, False
        self._found: dict[tuple[str, str], Change] = {}
        self._number = 0
        self._savepoints: list[tuple[str, dict[tuple[str, str], Change]]] = []
        self._flushed: Counter[tuple[str, str]] | None = None

    def take(self) -> list[Change]:
        """Return what was changed, and forget it."""
        found, self._found = list(self._found.values()), {}
        return found

    def clear(self) -> None:
        """Forget everything: it was rolled back."""
        self._found, self._savepoints, self._flushed, self.open = {}, [], None, True

    def note(self, change: Change) -> None:
        """Add a change; several of one row fold into one, and a row that was added and removed never was."""
        self._number += 1
        place = (change.table, change.key or f"#{self._number}")
        before = self._found.get(place)
        if before is None or not change.key:
            self._found[place] = change
        elif before.kind == "insert" and change.kind == "delete":
            del self._found[place]
        else:
            kind = "insert" if before.kind == "insert" else "update" if before.kind == "delete" else change.kind
            columns = tuple(sorted({*before.columns, *change.columns}))
            self._found[place] = Change(change.table, change.key, kind, columns)

    def savepoint(self, clause: _IdentifiedClause) -> None:
        """Remember what was changed before a savepoint; at its end forget that, or what was changed since."""
        if isinstance(clause, SavepointClause):
            self._savepoints.append((clause.ident, dict(self._found)))
            return
        while self._savepoints:
            name, found = self._savepoints.pop()
            if name == clause.ident:
                if isinstance(clause, RollbackToSavepointClause):
                    self._found, self._flushed = found, None
                return

    @property
    def flushing(self) -> bool:
        """True while a flush writes, which will name its rows itself."""
        return self._flushed is not None

    def begin_flush(self) -> None:
        """Count the statements of a flush, which will name its rows at the end."""
        self._flushed = Counter()

    def statement(self, change: Change) -> None:
        """Take in what a statement changed: as a part of the running flush, or by itself."""
        if self._flushed is None or change.by:
            self.note(change)
        else:
            self._flushed[change.table, change.kind] += change.rows or 0

    def end_flush(self, rows: Iterator[Change]) -> None:
        """Note the rows of a flush, and by number those that its statements changed besides (association tables)."""
        flushed, self._flushed = self._flushed or Counter(), None
        for change in rows:
            self.note(change)
            flushed[change.table, change.kind] -= 1
        for (table, kind), number in flushed.items():
            if number > 0:
                self.note(Change(table, "", kind, (), number))


class Tracking:
    """Notices what is written; implements ``dihya_hookspecs.data.ChangeTracking``."""

    def watch(self, engine: Engine) -> None:
        """Notice every statement of *engine*; to be called before others use it, since listeners that come while one is
        told break what that one does."""
        with _LISTENING:
            if not event.contains(engine, "before_cursor_execute", _before):
                for name, listener in _ENGINE.items():
                    event.listen(engine, name, listener)
            _WATCHED.add(engine)

    def follow(self, session: Session) -> Changes:
        """Note from now on what *session* changes; return where it is noted."""
        engine: Engine = session.get_bind()  # type: ignore[assignment]
        if engine not in _WATCHED:
            self.watch(engine)
        session.info[_ACT] = changes = Changes()
        return changes


def _before(connection: Connection, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
    if UNAUDITED in context.execution_options or hasattr(context, "dihya_write"):
        return  # declared, or the next portion of one statement
    changes: Changes | None = context.execution_options.get(_ACT)
    if (
        changes is not None
        and context.compiled is not None
        and isinstance(context.invoked_statement, _IdentifiedClause)
    ):
        changes.savepoint(context.invoked_statement)
        return
    write = write_of(context, text, briefly=changes is not None and changes.flushing)
    if write is None or not _audited(write.name):
        return
    if changes is None:
        raise Untracked(
            f"table {write.name!r} is written over a connection of its own, which no audit event would name; "
            "write through the session of an act: current().session"
        )
    if not changes.open:
        raise Untracked(f"table {write.name!r} is written while the act ends; on_audit writes to audited=False tables")
    besides = list(_dependents(connection, context, write)) if write.kind == "delete" else []
    context.dihya_write = write, besides, _foreseen(connection, context, write)


def _after(connection: Connection, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
    found = context.__dict__.get("dihya_write")
    if not found:
        return
    write, besides, foreseen = found
    context.dihya_write = ()
    changes: Changes = context.execution_options[_ACT]
    number = number_of(context, write, cursor) if foreseen is None else foreseen
    if number != 0:
        key = key_of(context, write) if number == 1 and not changes.flushing else ""
        changes.statement(Change(write.name, key, write.kind, write.columns, number))
        for change in besides:
            changes.statement(change)


def _foreseen(connection: Connection, context: Any, write: Write) -> int | None:
    """Count the rows beforehand where the database will not say how many it changed."""
    if write.kind == "insert" or write.source is None or not unsaid(context):
        return None
    found = select(func.count()).select_from(write.table).where(*write.source._where_criteria)
    return connection.scalar(found, bound(context, 0))


def _dependents(connection: Connection, context: Any, write: Write) -> Iterator[Change]:
    """Yield what the database itself will change in other tables when these rows go."""
    if write.table is None:
        write_table = Model.metadata.tables.get(write.name)
        if write_table is not None and any(_pointing(write_table)):
            raise Untracked(f"the database removes more than rows of {write.name!r}; use delete() instead of text")
        return
    counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for number in range(len(context.compiled_parameters)):
        _count(connection, write.table, list(write.source._where_criteria), bound(context, number), counts)
    for (table, kind, columns), rows in counts.items():
        if _audited(table):
            yield Change(table, "", kind, columns, rows, by=write.name)


def _count(connection: Connection, table: Any, criteria: list[Any], values: dict[str, Any], counts: Any) -> None:
    for constraint, kind in _pointing(table):
        columns = [element.parent for element in constraint.elements]
        targets = select(*(element.column for element in constraint.elements)).where(*criteria)
        pointing = (columns[0] if len(columns) == 1 else tuple_(*columns)).in_(targets)
        child = constraint.parent
        rows = connection.scalar(select(func.count()).select_from(child).where(pointing), values)
        if rows:
            names = tuple(sorted(column.key for column in columns)) if kind == "update" else ()
            counts[child.name, kind, names] += rows
            if kind == "delete" and child is not table:
                _count(connection, child, [pointing], values, counts)


def _pointing(table: Any) -> Iterator[tuple[Any, str]]:
    """Yield the foreign keys to *table* on which the database acts by itself, and what it does with their rows."""
    for child in table.metadata.tables.values():
        for constraint in child.foreign_key_constraints:
            rule = (constraint.ondelete or "").upper()
            if rule in ("CASCADE", "SET NULL", "SET DEFAULT") and constraint.referred_table.key == table.key:
                yield constraint, "delete" if rule == "CASCADE" else "update"


def _audited(name: str) -> bool:
    table = Model.metadata.tables.get(name)
    return table is None or table.info.get("audited", True)


def _commit(connection: Connection) -> None:
    changes: Changes | None = connection.get_execution_options().get(_ACT)
    if changes is not None and not changes.committing:
        raise Untracked("the core commits this act, when it ends; use act.keep() for what must stay")


def _before_commit(session: Session) -> None:
    changes: Changes | None = session.info.get(_ACT)
    if changes is not None and not changes.committing and not session.in_nested_transaction():
        raise Untracked("the core commits this act, when it ends; use act.keep() for what must stay")


def _rollback(connection: Connection) -> None:
    if changes := connection.get_execution_options().get(_ACT):
        changes.clear()


def _begin_flush(session: Session, context: UOWTransaction, objects: Any) -> None:
    if changes := session.info.get(_ACT):
        changes.begin_flush()


def _after_flush(session: Session, context: UOWTransaction) -> None:
    if changes := session.info.get(_ACT):
        changes.end_flush(_rows(session, context))


def _rows(session: Session, context: UOWTransaction) -> Iterator[Change]:
    for instance in session.new:
        yield from _row(instance._sa_instance_state, "insert")
    for instance in session.dirty:
        yield from _row(instance._sa_instance_state, "update")
    for state, (deleted, only_listed) in context.states.items():
        if deleted and not only_listed:
            yield from _row(state, "delete")


def _row(state: Any, kind: str) -> Iterator[Change]:
    mapper = state.mapper
    key = ",".join(str(part) for part in mapper.primary_key_from_instance(state.obj()))
    for table in mapper.tables:
        columns = [column.key for column in table.columns if kind == "insert" or _changed(state, column)]
        if _audited(table.name) and (columns or kind == "delete"):
            yield Change(table.name, key, kind, tuple(sorted(columns)) if kind != "delete" else ())


def _changed(state: Any, column: Any) -> bool:
    known = state.mapper._columntoproperty.get(column)
    return known is not None and state.get_history(known.key, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes()


def _after_begin(session: Session, transaction: Any, connection: Connection) -> None:
    if (changes := session.info.get(_ACT)) is not None:
        connection.execution_options(**{_ACT: changes})


_ENGINE: dict[str, Any] = {
    "before_cursor_execute": _before,
    "after_cursor_execute": _after,
    "commit": _commit,
    "rollback": _rollback,
}
_SESSION: dict[str, Any] = {
    "before_flush": _begin_flush,
    "after_flush": _after_flush,
    "after_begin": _after_begin,
    "before_commit": _before_commit,
}
for name, listener in _SESSION.items():
    event.listen(Session, name, listener)
