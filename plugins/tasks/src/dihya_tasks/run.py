"""One attempt at one task: its steps, its end, and what is remembered when it must begin again."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import Later, Task
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from . import ending, folders, leases
from .leases import Fenced, Lease
from .models import FinishedStep, QueuedTask
from .service import ENDED, place, sentence

log = logging.getLogger("dihya.tasks")
_T = TypeVar("_T")
TRIES = 3
"""How often a step is tried when somebody else changed the same rows meanwhile."""
TOLD = 1.0
"""Seconds between two times that the progress of a task is written."""


class Cancelled(BaseException):
    """The task was asked to stop; not an Exception, so that no task swallows it."""

    code = 409


class Interrupted(BaseException):
    """This process stops; the task goes on in another."""

    code = 409


class Attempt:
    """What one attempt works with.

    Attributes:
        over: set when it may go on no longer.
        task: what it carries out; None before that is known, and for a task that nobody offers.
        until: the moment (monotonic) from which on it takes too long.
    """

    def __init__(self, lease: Lease, acts: Acts, data: Path, stop: threading.Event) -> None:
        self.lease, self.acts, self.data, self.stop = lease, acts, data, stop
        self.over = threading.Event()
        self.task: Task | None = None
        self.until = float("inf")

    def check(self) -> None:
        """Raise when this attempt may not go on: the process stops, or another attempt has begun."""
        if self.over.is_set():
            raise Fenced
        if self.stop.is_set():
            raise Interrupted

    def insist(self, work: Callable[[], _T]) -> _T:
        """Try again while the database cannot be reached: a task must not be lost to a restart of PostgreSQL."""
        pause = 0.5
        while True:
            try:
                return work()
            except DihyaError as error:
                self.check()
                if error.status != 503:
                    raise
                log.warning("a task waits for the database: %s", error.message)
            self.stop.wait(pause)
            self.check()
            pause = min(pause * 2, 30)


class RunningSteps:
    """The handle of a running task; implements ``dihya_hookspecs.ops.Steps``.

    A step's changes to the database happen exactly once: its result is a row of the same transaction. What a step does
    outside the database (mail, files, other servers) happens at least once, should the process die in between.
    """

    def __init__(self, attempt: Attempt, name: str, known: Mapping[str, str]) -> None:
        self.id, self.attempt = attempt.lease.id, attempt.lease.attempt
        self._attempt, self._name = attempt, name
        self._known = dict(known)
        self._seen: set[str] = set()
        self._progress: dict[str, int] = {}
        self._told, self._inside = -TOLD, False

    @property
    def folder(self) -> Path:
        """A folder of this attempt's own, made at first use and removed when the attempt is over."""
        path = folders.folder_of(self._attempt.data, self._attempt.lease)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def run(self, name: str, work: Callable[[], _T], *, outside: bool = False) -> _T:
        """Run *work* once, in an act of its own, and return its JSON result; *outside* of a transaction, at least once."""
        if name in self._seen:
            raise ValueError(f"step {name!r} came twice in task {self._name!r}; give each step a name of its own")
        self._seen.add(name)
        self._attempt.check()
        if self._attempt.insist(self.cancelled):
            raise Cancelled
        if name in self._known:
            return json.loads(self._known[name])
        return json.loads(self._tried(name, self._outside(work) if outside else work))

    def progress(self, done: int, of: int) -> None:
        """Remember how far it is; write it at once where no step of this task may hold a lock of the database."""
        self._progress = {"done": done, "of": of}
        if self._inside or (done < of and time.monotonic() - self._told < TOLD):
            return
        self._told = time.monotonic()
        with self._attempt.acts.open("tasks.progress", actor=SYSTEM) as act:
            leases.seal(act.session, self._attempt.lease, **self._progress)

    def check(self) -> None:
        """End this attempt here, without a failure, when its process stops or another attempt has begun."""
        self._still_mine()

    def cancelled(self) -> bool:
        """True when somebody asked for the task to stop."""
        with self._attempt.acts.open("tasks.look", actor=SYSTEM) as act:
            leases.check(act.session, self._attempt.lease)
            return bool(act.session.scalar(select(QueuedTask.cancelling).where(QueuedTask.id == self.id)))

    def _tried(self, name: str, work: Callable[[], Any]) -> str:
        for number in range(TRIES):
            try:
                return self._once(name, work)
            except Exception as error:
                self._still_mine()
                if StaleDataError not in (type(error), type(error.__cause__)) or number == TRIES - 1:
                    raise
        raise AssertionError("the last try returns or raises")

    def _outside(self, work: Callable[[], Any]) -> Callable[[], Any]:
        """Do the work before there is a transaction, and return what tells its result."""
        with self._attempt.acts.open(self._name, actor=SYSTEM, session=False):
            result = work()
        self._attempt.check()
        return lambda: result

    def _once(self, name: str, work: Callable[[], Any]) -> str:
        self._inside = True
        try:
            with self._attempt.acts.open(self._name, actor=SYSTEM) as act:
                result = json.dumps(work())
                act.session.add(FinishedStep(task_id=self.id, name=name, result=result))
                act.session.flush()
                leases.seal(act.session, self._attempt.lease, steps=QueuedTask.steps + 1, **self._progress)
        finally:
            self._inside = False
        return result

    def _still_mine(self) -> None:
        """Raise Fenced when the step failed because another attempt pulled its rows and files away."""
        self._attempt.check()

        def look() -> None:
            with self._attempt.acts.open("tasks.look", actor=SYSTEM) as act:
                leases.check(act.session, self._attempt.lease)

        self._attempt.insist(look)


def execute(attempt: Attempt, tasks: Mapping[str, Task]) -> None:
    """Carry out an attempt and write how it ended; one that may not go on ends without a word."""
    try:
        begun = attempt.insist(lambda: _begin(attempt))
        if begun is not None:
            end = _carried_out(attempt, tasks, *begun)
            attempt.insist(end)
    except (Fenced, Interrupted):
        log.info("attempt %d of task %s ends here; another one goes on", attempt.lease.attempt, attempt.lease.id)
    finally:
        folders.remove(attempt.data, attempt.lease)


def _carried_out(
    attempt: Attempt, tasks: Mapping[str, Task], name: str, payload: Mapping[str, Any], known: Mapping[str, str]
) -> Callable[[], None]:
    """Work, and return what writes how that ended."""
    try:
        if name not in tasks:
            raise DihyaError(f"no active plugin offers the task {name!r}", code="unknown-task")
        attempt.task = tasks[name]
        attempt.until = time.monotonic() + (attempt.task.timeout or float("inf"))
        attempt.task.function(RunningSteps(attempt, name, known), payload)
    except Cancelled:
        return lambda: ending.cancelled(attempt)
    except Later as later:
        attempt.check()
        return lambda seconds=later.seconds, reason=later.reason: ending.later(attempt, seconds, reason)  # type: ignore[misc]
    except Exception as raised:
        attempt.check()
        said = sentence(raised)
        log.error("task %s (%s) failed: %s%s", name, attempt.lease.id, said, place(raised))
        return lambda: ending.failed(attempt, said)
    return lambda: ending.done(attempt)


def _begin(attempt: Attempt) -> tuple[str, Mapping[str, Any], dict[str, str]] | None:
    lease = attempt.lease
    if lease.deaths >= leases.MOST_DEATHS:
        ending.given_up(attempt, "its process died too often while it was running")
        return None
    with attempt.acts.open("tasks.begin", actor=SYSTEM) as act:
        leases.check(act.session, lease)
        row = act.session.get(QueuedTask, lease.id)
        if row is None or row.state in ENDED:
            return None
        steps = act.session.scalars(select(FinishedStep).where(FinishedStep.task_id == lease.id))
        return row.name, row.payload or {}, {step.name: step.result for step in steps}
