"""One task from beginning to end: its steps, its end, and what is remembered when it must begin again."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import Task
from sqlalchemy import delete, select, update

from . import engine
from .models import FinishedStep, QueuedTask
from .service import ENDED, now

log = logging.getLogger("dihya.tasks")
_T = TypeVar("_T")


class Cancelled(BaseException):
    """The task was asked to stop; not an Exception, so that no task swallows it."""


class Interrupted(BaseException):
    """This process stops; the task goes on in another."""


class StepFailed(Exception):
    """What DBOS remembers of a step that raised: one sentence, without the values that an exception may carry."""


class Stop:
    """Says that this process leaves: first it is asked to, then DBOS is gone."""

    def __init__(self) -> None:
        self.asked, self.gone = threading.Event(), threading.Event()

    def check(self) -> None:
        """Raise Interrupted when this process stops, but not before DBOS is gone: it would note a failure."""
        if self.asked.is_set():
            self.gone.wait(30)
            raise Interrupted


class RunningSteps:
    """The handle of a running task; implements ``dihya_hookspecs.ops.Steps``.

    A step's changes to the database happen exactly once: its result is a row of the same transaction. What a step does
    outside the database (mail, files, other servers) happens at least once, should the process die in between.
    """

    def __init__(self, id: str, name: str, acts: Acts, stop: Stop, known: Mapping[str, str]) -> None:
        self.id = id
        self._name, self._acts, self._stop = name, acts, stop
        self._known = dict(known)
        self._seen: set[str] = set()
        self._error: Exception | None = None

    def run(self, name: str, work: Callable[[], _T]) -> _T:
        """Run *work* once, in an act of its own, and return its JSON result."""
        if name in self._seen:
            raise ValueError(f"step {name!r} came twice in task {self._name!r}; give each step a name of its own")
        self._seen.add(name)
        self._stop.check()
        if self.cancelled():
            raise Cancelled
        self._error = None
        try:
            result = engine.step(name, lambda: self._once(name, work))
        except StepFailed as error:
            if self._error is not None:
                raise self._error from None
            raise DihyaError(str(error), code="step-failed") from None
        except Exception as error:
            if engine.is_ours(error):
                self._stop.check()
            raise
        return json.loads(result)

    def cancelled(self) -> bool:
        """True when somebody asked for the task to stop."""
        with self._acts.open("tasks.look", actor=SYSTEM) as act:
            return bool(act.session.scalar(select(QueuedTask.cancelling).where(QueuedTask.id == self.id)))

    def _once(self, name: str, work: Callable[[], Any]) -> str:
        if name in self._known:
            return self._known[name]
        try:
            with self._acts.open(self._name, actor=SYSTEM) as act:
                result = json.dumps(work())
                act.session.add(FinishedStep(task_id=self.id, name=name, result=result))
                act.session.execute(
                    update(QueuedTask).where(QueuedTask.id == self.id).values(steps=QueuedTask.steps + 1)
                )
        except Exception as error:
            self._error = error
            raise StepFailed(sentence(error)) from None
        return result


def execute(id: str, tasks: Mapping[str, Task], acts: Acts, stop: Stop) -> None:
    """Run the task *id* and write how it ended. Called again after a crash, until it returns."""
    begun = _insist(stop, lambda: _begin(id, acts))
    if begun is None:
        return
    name, payload, known = begun
    state, error = "done", ""
    try:
        if name not in tasks:
            raise DihyaError(f"no active plugin offers the task {name!r}", code="unknown-task")
        tasks[name].function(RunningSteps(id, name, acts, stop, known), payload)
    except Cancelled:
        state = "cancelled"
    except Exception as raised:
        stop.check()
        state, error = "failed", sentence(raised)
        log.error("task %s (%s) failed: %s", name, id, _where(raised))
    _insist(stop, lambda: _end(id, acts, state, error))


def _begin(id: str, acts: Acts) -> tuple[str, Mapping[str, Any], dict[str, str]] | None:
    with acts.open("tasks.begin", actor=SYSTEM) as act:
        row = act.session.get(QueuedTask, id)
        if row is None or row.state in ENDED:
            return None
        row.state = "running"
        steps = act.session.scalars(select(FinishedStep).where(FinishedStep.task_id == id))
        return row.name, row.payload or {}, {step.name: step.result for step in steps}


def _end(id: str, acts: Acts, state: str, error: str) -> None:
    with acts.open("tasks.end", actor=SYSTEM) as act:
        row = act.session.get(QueuedTask, id)
        if row is None or row.state in ENDED:
            return
        row.state, row.error, row.payload, row.finished_at = state, error, None, now()
        act.session.execute(delete(FinishedStep).where(FinishedStep.task_id == id))


def _insist(stop: Stop, work: Callable[[], _T]) -> _T:
    """Try again while the database cannot be reached: a task must not be lost to a restart of PostgreSQL."""
    pause = 0.5
    while True:
        try:
            return work()
        except DihyaError as error:
            stop.check()
            if error.status != 503:
                raise
            log.warning("a task waits for the database: %s", error.message)
        stop.asked.wait(pause)
        stop.check()
        pause = min(pause * 2, 30)


def sentence(error: BaseException) -> str:
    """Say what went wrong without quoting values."""
    if isinstance(error, DihyaError):
        return error.message
    if engine.is_ours(error):
        return "the steps of this task are no longer the ones that it began with"
    return f"unexpected {type(error).__name__}"


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    return f"{type(error).__name__} in {last.filename}:{last.lineno}" if last else type(error).__name__


def give_up(id: str, acts: Acts) -> None:
    """Write that a task was begun too often: each time its process died."""
    _end(id, acts, "failed", "its process died too often while it was running")
