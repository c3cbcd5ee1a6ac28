"""Operations: health, and work that outlives a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from . import hookspec
from .acts import Acts, provided_by

_T = TypeVar("_T")
TaskState = Literal["queued", "running", "done", "failed", "cancelled", "dropped"]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A question about something this plugin needs: ``probe`` returns a sentence, or raises and says what is broken.

    Attributes:
        name: what is asked about, as operators read it.
        probe: called in a thread, inside an act of its own; after ``[dihya] probe_seconds`` it counts as slow. It says what
            is broken by a ``DihyaError``: words of other errors may quote a secret, and are only logged.
        critical: without it nothing can be served: ``/health/ready`` answers 503 and ``dihya doctor`` ends with 1.
    """

    name: str
    probe: Callable[[], str]
    critical: bool = True


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a server process does at the same time; provided by the server, so that pools can be made to fit.

    Attributes:
        threads: that may hold a database connection at the same time because of requests and streams.
    """

    threads: int


@dataclass(frozen=True, slots=True)
class HealthResult:
    """What one check said.

    Attributes:
        state: ``slow`` while it has not answered in time.
        said: its sentence, or what failed: the words of one of our four errors, otherwise type and place.
        same_as: the name of an earlier check that failed for the same cause.
    """

    plugin: str
    name: str
    state: Literal["ok", "failed", "slow"]
    critical: bool = True
    said: str = ""
    milliseconds: int = 0
    same_as: str = ""


class Health(Protocol):
    """Runs the health checks of all plugins. Provided by the core."""

    def ask(self, *, optional: bool = True) -> list[HealthResult]:
        """Run all checks at the same time, each for ``[dihya] probe_seconds`` at most; without *optional*, only the
        critical ones."""


class Steps(Protocol):
    """The handle of a running task: each step happens once, however often the process dies.

    Attributes:
        attempt: 1 when the task is begun for the first time; it grows each time that it begins again.
    """

    id: str
    attempt: int

    @property
    def folder(self) -> Path:
        """A folder of this attempt's own for what it needs on the disk; it goes with the attempt, however that ends."""

    def run(self, name: str, work: Callable[[], _T], *, outside: bool = False) -> _T:
        """Run *work* as a named step, inside an act of its own, and remember its JSON result; a task that begins again
        gets the remembered result instead. The names of one task are unique.

        Args:
            outside: the act has no session, so that no transaction stays open over slow work (a model, a proof, another
                server). Read in a step before, write in a step after; such a step itself happens at least once.
        """

    def progress(self, done: int, of: int) -> None:
        """Say how far the task is; people see it within about a second, from inside a step with its commit."""

    def check(self) -> None:
        """End this attempt here, without a failure, when its process stops or another attempt has begun; ask before
        believing that something went wrong, since a process that stops takes its children with it."""

    def cancelled(self) -> bool:
        """True when somebody asked for the task to stop; look between steps."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed task is tried again, and after which pauses, in seconds.

    Attributes:
        times: further attempts after the first one that failed; then it is a dead letter.
        first, factor, longest: the first pause, by what each pause is longer than the one before, and the longest.
        jitter: by which share a pause may be longer by chance, so that not all come back in the same moment.
    """

    times: int = 0
    first: float = 5.0
    factor: float = 2.0
    longest: float = 3600.0
    jitter: float = 0.1

    def pause(self, failures: int, chance: float) -> float | None:
        """Return the pause after so many failures, or None when that was the last; *chance* lies between 0 and 1."""
        if failures > self.times:
            return None
        try:
            pause = self.first * self.factor ** (failures - 1)
        except OverflowError:
            pause = self.longest
        return min(pause, self.longest) * (1 + self.jitter * chance)


class Later(Exception):
    """Raised by a task that cannot be done now: it begins again after so many seconds, and nothing counts as failed."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds, self.reason = seconds, reason


@dataclass(frozen=True, slots=True)
class Task:
    """Work that a plugin offers to the queue, named ``<plugin>.<verb>``; *function* takes (steps, payload).

    Attributes:
        retry: what happens after a failure; left out, the first one is the last.
        timeout: seconds after which an attempt counts as failed, whatever it still does; None for any time.
        queue: tasks of one queue share its places, so that slow work does not keep quick work waiting.
        priority: of two that wait in one queue the higher goes first.
    """

    name: str
    function: Callable[[Steps, Mapping[str, Any]], Any]
    retry: Retry = Retry()
    timeout: float | None = None
    queue: str = "default"
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Background:
    """Work that comes again and again, named ``<plugin>.<verb>``.

    Attributes:
        every: seconds between the beginnings of two runs.
        run: called in a thread, inside no act; opens its own with ``Acts``. True: there is more, come again at once.
        leader: one server process at a time does it, on one machine or several; False: each does it.
    """

    name: str
    every: float
    run: Callable[[Acts], bool | None]
    leader: bool = True


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Where a task stands.

    Attributes:
        error: one sentence on the last failure; it quotes no value of the payload.
        created_at: when it was queued, as ISO 8601 in UTC.
        steps: how many are done; done, of: how far the task says it is.
        due: when it begins (again), where it waits for that.
        failures: attempts that failed; history: when, and with which sentence, the last ones.
        reason: why a dead letter was dropped.
    """

    id: str
    name: str
    state: TaskState
    error: str = ""
    created_at: str = ""
    steps: int = 0
    done: int = 0
    of: int = 0
    due: str = ""
    queue: str = "default"
    failures: int = 0
    history: tuple[str, ...] = ()
    reason: str = ""


@provided_by("dihya-tasks")
class Tasks(Protocol):
    """The durable queue. What failed for good is a dead letter: it keeps its payload until it is replayed or dropped."""

    def enqueue(
        self,
        name: str,
        payload: Mapping[str, Any],
        *,
        key: str | None = None,
        at: datetime | None = None,
        priority: int | None = None,
    ) -> str:
        """Queue a task when the running act commits, and not at all if it fails; return its id.

        Args:
            payload: identifiers and numbers, never personal values.
            key: the same key twice for one kind of task is one task, as long as it is remembered.
            at: not before this moment.
            priority: instead of the task's own.

        Raises:
            Invalid: no active plugin offers *name*, or the payload is not JSON.
        """

    def status(self, id: str) -> TaskStatus:
        """Raises NotFound."""

    def cancel(self, id: str) -> None:
        """Ask for a task to stop before its next step."""

    def recent(self, limit: int = 50) -> list[TaskStatus]:
        """The newest tasks first."""

    def dead(self, limit: int = 50) -> list[TaskStatus]:
        """The dead letters, the newest first."""

    def replay(self, id: str) -> None:
        """Begin a dead letter again; steps that were done stay done. Raises NotFound, and Invalid (409) for other tasks."""

    def drop(self, id: str, reason: str) -> None:
        """Give a dead letter up, for a reason that is kept. Raises NotFound, and Invalid (409) for other tasks."""

    def work(self, seconds: float | None = None, *, until: Callable[[], bool] | None = None) -> None:
        """Work in this process until nothing is due (or *seconds* have passed); for commands and tests.

        Args:
            until: nothing more is begun once this says True, whatever else is due; it is asked some twenty times a second.
        """

    def soon(self, background: str) -> None:
        """Run this recurring work at once after the commit of the running act, if this process does it; others come to
        it in its time."""


@hookspec(kind="collect", result=HealthCheck, on_error="quarantine", found=("health:CHECKS",))
def register_health_checks() -> HealthCheck | list[HealthCheck]:  # type: ignore[empty-body]
    """Return health checks; ``dihya doctor``, the console and ``/health/ready`` run them, in threads and with a limit."""


@hookspec(kind="collect", result=Task, on_error="quarantine", found=("tasks:TASKS",))
def register_tasks() -> Task | list[Task]:  # type: ignore[empty-body]
    """Return durable tasks."""


@hookspec(kind="collect", result=Background, on_error="quarantine", found=("background:BACKGROUND",))
def register_background() -> Background | list[Background]:  # type: ignore[empty-body]
    """Return work that comes again and again in server processes: in one of all, or in each."""
