"""The queue: what a plugin asks for inside its act, and what people read of it."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import Act, current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.ops import Task, TaskStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .models import QueuedTask
    from .worker import Worker

ENDED = ("done", "failed", "cancelled", "dropped")
PATIENCE = timedelta(minutes=2)


class Queue:
    """The durable queue; implements ``dihya_hookspecs.ops.Tasks``."""

    def __init__(self, act: Act, worker: Worker, tasks: Mapping[str, Task]) -> None:
        self._act, self._worker, self._tasks = act, worker, tasks

    @classmethod
    def from_container(cls, svcs_container: Any) -> Queue:
        """Build the queue inside an act."""
        from .worker import Worker, offered

        return cls(current(), Worker.from_container(svcs_container), offered(svcs_container.get(Plugins)))

    @property
    def _session(self) -> Session:
        return self._act.session

    def enqueue(
        self,
        name: str,
        payload: Mapping[str, Any],
        *,
        key: str | None = None,
        at: datetime | None = None,
        priority: int | None = None,
    ) -> str:
        """Queue a task when the running act commits, and not at all if it fails; the same *key* twice is one task.

        Raises:
            Invalid: no active plugin offers *name*, the payload is not JSON, or the key is too long.
        """
        from dihya_hookspecs.data import uuid7
        from sqlalchemy import event, select

        from .models import QueuedTask

        task, created = self._checked(name, payload, key), now()
        values = {
            "id": str(uuid7()), "name": name, "key": key, "payload": dict(payload), "queue": task.queue,
            "priority": task.priority if priority is None else priority, "state": "queued", "history": [],
            "created_at": created, "run_at": at or created,
        }  # fmt: skip
        insert = _insert(self._session)(QueuedTask).values(**values).on_conflict_do_nothing()
        id: str | None = self._session.scalar(insert.returning(QueuedTask.id))
        if id is None:
            same = select(QueuedTask.id).where(QueuedTask.name == name, QueuedTask.key == key)
            return self._session.scalars(same).one()
        event.listen(self._session, "after_commit", lambda session: self._worker.awake(), once=True)
        return id

    def status(self, id: str) -> TaskStatus:
        """Return where a task stands. Raises NotFound."""
        return _status(self._row(id))

    def cancel(self, id: str) -> None:
        """Ask for a task to stop before its next step; one that waits never begins (again). Raises NotFound."""
        row = self._row(id, lock=True)
        if row.state in ENDED:
            return
        row.cancelling = True
        if row.state == "queued":
            self._close(row, "cancelled")
        self._act.record("tasks.cancel", object=f"tasks_tasks:{id}", task=row.name)

    def recent(self, limit: int = 50) -> list[TaskStatus]:
        """Return the newest tasks first."""
        return self._newest(limit)

    def dead(self, limit: int = 50) -> list[TaskStatus]:
        """Return the dead letters, the newest first."""
        return self._newest(limit, "failed")

    def replay(self, id: str) -> None:
        """Begin a dead letter again. Raises NotFound, and Invalid for what is none."""
        row = self._dead_row(id)
        row.state, row.finished_at, row.run_at = "queued", None, now()
        row.failures = row.deaths = 0
        row.cancelling = False
        self._act.record("tasks.replay", object=f"tasks_tasks:{id}", task=row.name)
        self._awake_after()

    def drop(self, id: str, reason: str) -> None:
        """Give a dead letter up. Raises NotFound, and Invalid for what is none, or without a reason."""
        row = self._dead_row(id)
        if not reason.strip():
            raise Invalid("a task is dropped for a reason; say which", code="no-reason")
        row.reason = reason.strip()[:500]
        self._close(row, "dropped")
        self._act.record("tasks.drop", object=f"tasks_tasks:{id}", task=row.name)

    def work(self, seconds: float | None = None, *, until: Callable[[], bool] | None = None) -> None:
        """Work in this process until nothing is due (or *seconds* have passed, or *until* says that it is enough).

        Call it where the running act has changed nothing yet: tasks see only what is committed.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        self._worker.work(deadline, until)

    def soon(self, background: str) -> None:
        """Run this recurring work at once after the commit, if this process does it."""
        from sqlalchemy import event

        from . import background as rounds

        data = self._worker.data
        event.listen(self._session, "after_commit", lambda session: rounds.soon(data, background), once=True)

    def _awake_after(self) -> None:
        from sqlalchemy import event

        event.listen(self._session, "after_commit", lambda session: self._worker.awake(), once=True)

    def _close(self, row: QueuedTask, state: str) -> None:
        """End a task that does not run: what it was to do is not needed any more."""
        from sqlalchemy import delete

        from .models import FinishedStep

        row.state, row.payload, row.finished_at = state, None, now()
        self._session.execute(delete(FinishedStep).where(FinishedStep.task_id == row.id))

    def _newest(self, limit: int, state: str = "") -> list[TaskStatus]:
        from sqlalchemy import select

        from .models import QueuedTask

        newest = select(QueuedTask).order_by(QueuedTask.created_at.desc(), QueuedTask.id.desc()).limit(limit)
        if state:
            newest = newest.where(QueuedTask.state == state)
        return [_status(row) for row in self._session.scalars(newest)]

    def _dead_row(self, id: str) -> QueuedTask:
        row = self._row(id, lock=True)
        if row.state != "failed":
            raise Invalid(
                f"task {id!r} is {row.state}; only a failed one is a dead letter", code="no-letter", status=409
            )
        return row

    def _row(self, id: str, lock: bool = False) -> QueuedTask:
        from .models import QueuedTask

        row = self._session.get(QueuedTask, id, populate_existing=True, with_for_update=lock or None)
        if row is None:
            raise NotFound(f"no task {id!r}")
        return row

    def _checked(self, name: str, payload: Mapping[str, Any], key: str | None) -> Task:
        if name not in self._tasks:
            known = ", ".join(sorted(self._tasks)) or "none"
            raise Invalid(f"no active plugin offers the task {name!r}; there is {known}", code="unknown-task")
        try:
            json.dumps(dict(payload))
        except (TypeError, ValueError) as error:
            raise Invalid(f"the payload of task {name!r} is not JSON: {error}; pass identifiers and numbers") from error
        if key is not None and not 0 < len(key) <= 200:
            raise Invalid(f"the key of a task has 1 to 200 characters, got {len(key)}")
        return self._tasks[name]


def probe() -> str:
    """Say how much waits and runs; raise when nobody works on the queue."""
    from sqlalchemy import func, select

    from .models import QueuedTask

    session = current().session
    counts = dict(session.execute(select(QueuedTask.state, func.count()).group_by(QueuedTask.state)).all())  # type: ignore[arg-type]
    waiting, running, dead = (counts.get(state, 0) for state in ("queued", "running", "failed"))
    oldest = session.scalar(select(func.min(QueuedTask.run_at)).where(QueuedTask.state == "queued"))
    if oldest is not None and now() - oldest > PATIENCE:
        raise DihyaError(
            f"nobody works on the queue: {waiting} tasks wait, one since {oldest:%H:%M} UTC; restart the server or "
            "run 'dihya tasks work'"
        )
    return f"{waiting} queued, {running} running" + (f", {dead} dead letters: 'dihya tasks dead'" if dead else "")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def sentence(error: BaseException) -> str:
    """Say what went wrong without quoting values."""
    return error.message if isinstance(error, DihyaError) else f"unexpected {type(error).__name__}"


def place(error: BaseException) -> str:
    """Say where something unexpected was raised, for the log; nothing for what we can explain."""
    frames = [] if isinstance(error, DihyaError) else traceback.extract_tb(error.__traceback__)
    return f" in {frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _status(row: QueuedTask) -> TaskStatus:
    history = tuple(f"{one['at']} attempt {one['attempt']}: {one['error']}" for one in row.history)
    due = _said(row.run_at) if row.state == "queued" else ""
    return TaskStatus(
        row.id, row.name, row.state, row.error, _said(row.created_at), row.steps, row.done, row.of, due,  # type: ignore[arg-type]
        row.queue, row.failures, history, row.reason,
    )  # fmt: skip


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _insert(session: Session) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert
