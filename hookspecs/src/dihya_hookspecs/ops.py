"""Operations: health, and work that outlives a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from . import hookspec
from .acts import Acts, provided_by

_T = TypeVar("_T")
TaskState = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A question about something this plugin needs: ``probe`` returns a sentence, or raises and says what is broken."""

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

    def run(self, name: str, work: Callable[[], _T]) -> _T:
        """Run *work* as a named step, inside an act of its own, and remember its JSON result; a recovered task gets
        the remembered result instead. The names of one task are unique."""

    def check(self) -> None:
        """End this attempt here, without a failure, when its process stops or another attempt has begun; ask before
        believing that something went wrong, since a process that stops takes its children with it."""

    def cancelled(self) -> bool:
        """True when somebody asked for the task to stop; look between steps."""


@dataclass(frozen=True, slots=True)
class Task:
    """Work that a plugin offers to the queue, named ``<plugin>.<verb>``; *function* takes (steps, payload)."""

    name: str
    function: Callable[[Steps, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Background:
    """Work that comes again and again, named ``<plugin>.<verb>``, in one server process at a time.

    Attributes:
        every: seconds between the beginnings of two runs.
        run: called in a thread, inside no act; opens its own with ``Acts``. True: there is more, come again at once.
    """

    name: str
    every: float
    run: Callable[[Acts], bool | None]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Where a task stands; ``error`` is one sentence."""

    id: str
    name: str
    state: TaskState
    error: str = ""
    created_at: str = ""
    steps: int = 0


@provided_by("dihya-tasks")
class Tasks(Protocol):
    """The durable queue."""

    def enqueue(self, name: str, payload: Mapping[str, Any], *, id: str | None = None) -> str:
        """Queue a task when the running act commits, and not at all if it fails; the same *id* twice is one task."""

    def status(self, id: str) -> TaskStatus:
        """Raises NotFound."""

    def cancel(self, id: str) -> None:
        """Ask for a task to stop before its next step."""

    def recent(self, limit: int = 50) -> list[TaskStatus]:
        """The newest tasks first."""

    def work(self, seconds: float | None = None) -> None:
        """Work in this process until the queue is empty (or *seconds* have passed); for commands and tests."""


@hookspec(kind="collect", result=HealthCheck, on_error="quarantine", found=("health:CHECKS",))
def register_health_checks() -> HealthCheck | list[HealthCheck]:  # type: ignore[empty-body]
    """Return health checks; ``dihya doctor``, the console and ``/health/ready`` run them, in threads and with a limit."""


@hookspec(kind="collect", result=Task, on_error="quarantine", found=("tasks:TASKS",))
def register_tasks() -> Task | list[Task]:  # type: ignore[empty-body]
    """Return durable tasks."""


@hookspec(kind="collect", result=Background, on_error="quarantine", found=("background:BACKGROUND",))
def register_background() -> Background | list[Background]:  # type: ignore[empty-body]
    """Return work that comes again and again; one server process at a time does it, on one machine or several."""
