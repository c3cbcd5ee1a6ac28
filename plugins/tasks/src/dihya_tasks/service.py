"""The queue: what a plugin asks for inside its act, and what people read of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import Act, current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.ops import TaskStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .models import QueuedTask
    from .worker import Worker

ENDED = ("done", "failed", "cancelled")
PATIENCE = timedelta(minutes=2)


class Queue:
    """The durable queue; implements ``dihya_hookspecs.ops.Tasks``."""

    def __init__(self, act: Act, worker: Worker, names: frozenset[str]) -> None:
        self._act, self._worker, self._names = act, worker, names

    @classmethod
    def from_container(cls, svcs_container: Any) -> Queue:
        """Build the queue inside an act."""
        from .worker import Worker, offered

        plugins = svcs_container.get(Plugins)
        return cls(current(), Worker.from_container(svcs_container), frozenset(offered(plugins)))

    @property
    def _session(self) -> Session:
        return self._act.session

    def enqueue(self, name: str, payload: Mapping[str, Any], *, id: str | None = None) -> str:
        """Queue a task when the running act commits, and not at all if it fails; the same *id* twice is one task.

        Raises:
            Invalid: no active plugin offers *name*, the payload is not JSON, or the id is another task's.
        """
        from dihya_hookspecs.data import uuid7
        from sqlalchemy import event

        from .models import QueuedTask

        self._check(name, payload, id)
        id = id or str(uuid7())
        values = {
            "id": id, "name": name, "payload": dict(payload), "state": "queued", "error": "", "steps": 0,
            "cancelling": False, "created_at": now(),
        }  # fmt: skip
        insert = _insert(self._session)(QueuedTask).values(**values).on_conflict_do_nothing()
        if self._session.scalar(insert.returning(QueuedTask.id)) is None:
            other = self._session.get_one(QueuedTask, id).name
            if other != name:
                raise Invalid(f"task id {id!r} belongs to a task {other!r}; take another id", code="taken", status=409)
        event.listen(self._session, "after_commit", lambda session: self._worker.awake(), once=True)
        return id

    def status(self, id: str) -> TaskStatus:
        """Return where a task stands. Raises NotFound."""
        return _status(self._row(id))

    def cancel(self, id: str) -> None:
        """Ask for a task to stop before its next step; one that has not begun never begins. Raises NotFound."""
        row = self._row(id, lock=True)
        if row.state in ENDED:
            return
        row.cancelling = True
        if row.state == "queued":
            row.state, row.payload, row.finished_at = "cancelled", None, now()
        self._act.record("tasks.cancel", object=f"tasks_tasks:{id}", task=row.name)

    def recent(self, limit: int = 50) -> list[TaskStatus]:
        """Return the newest tasks first."""
        from sqlalchemy import select

        from .models import QueuedTask

        newest = select(QueuedTask).order_by(QueuedTask.created_at.desc(), QueuedTask.id.desc()).limit(limit)
        return [_status(row) for row in self._session.scalars(newest)]

    def work(self, seconds: float | None = None) -> None:
        """Work in this process until the queue is empty (or *seconds* have passed).

        Call it where the running act has changed nothing yet: tasks see only what is committed.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        self._worker.work(deadline)

    def _row(self, id: str, lock: bool = False) -> QueuedTask:
        from .models import QueuedTask

        row = self._session.get(QueuedTask, id, populate_existing=True, with_for_update=lock or None)
        if row is None:
            raise NotFound(f"no task {id!r}")
        return row

    def _check(self, name: str, payload: Mapping[str, Any], id: str | None) -> None:
        if name not in self._names:
            known = ", ".join(sorted(self._names)) or "none"
            raise Invalid(f"no active plugin offers the task {name!r}; there is {known}", code="unknown-task")
        try:
            json.dumps(dict(payload))
        except (TypeError, ValueError) as error:
            raise Invalid(f"the payload of task {name!r} is not JSON: {error}; pass identifiers and numbers") from error
        if id is not None and not 0 < len(id) <= 64:
            raise Invalid(f"a task id has 1 to 64 characters, got {len(id)}")


def probe() -> str:
    """Say how much waits and runs; raise when nobody works on the queue."""
    from sqlalchemy import func, select

    from .models import QueuedTask

    session = current().session
    waiting, running = (
        session.scalar(select(func.count()).where(QueuedTask.state == state)) or 0 for state in ("queued", "running")
    )
    oldest = session.scalar(
        select(func.min(QueuedTask.created_at)).where(QueuedTask.handed_at.is_(None), QueuedTask.state == "queued")
    )
    if oldest is not None and now() - oldest > PATIENCE:
        raise DihyaError(
            f"nobody works on the queue: {waiting} tasks wait, one since {oldest:%H:%M} UTC; restart the server or "
            "run 'dihya tasks work'"
        )
    return f"{waiting} queued, {running} running"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _status(row: QueuedTask) -> TaskStatus:
    created = row.created_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return TaskStatus(row.id, row.name, row.state, row.error, created, row.steps)  # type: ignore[arg-type]


def _insert(session: Session) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert
