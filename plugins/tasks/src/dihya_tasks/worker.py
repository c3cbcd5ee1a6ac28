"""The worker of this process: takes tasks, gives signs of life, and takes up what dead processes left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task

from .service import sentence
from .settings import Settings

if TYPE_CHECKING:
    from .crew import Crew

log = logging.getLogger("dihya.tasks")

POLL = 0.5  # seconds between looks for tasks that another process queued
TIDY = 60.0
LONGEST = 60.0  # seconds between two tries while the database cannot be reached

_running: dict[Path, Worker] = {}


def offered(plugins: Plugins) -> dict[str, Task]:
    """Return the tasks of all active plugins by name."""
    return {task.name: task for _, task in plugins.collected("register_tasks")}


def serve() -> None:
    """Start the worker of this server process. Called inside an act."""
    act = current()
    worker = Worker(act.get(Acts), act.get(Plugins), act.get(Database), act.get(AppInfo).data, act.get(Settings))
    _running[worker.data] = worker
    threading.Thread(target=worker.run, name="dihya-tasks", daemon=True).start()
    # A forked server worker never calls atexit, and its steps must be told before the interpreter goes.
    threading._register_atexit(worker.stop)  # type: ignore[attr-defined]


def leave(data: Path) -> None:
    """Stop the worker of this data folder, if this process has one; its tasks go on in another."""
    if worker := _running.get(data):
        worker.stop()


class Worker:
    """Works on the queue of one application."""

    def __init__(self, acts: Acts, plugins: Plugins, database: Database, data: Path, settings: Settings) -> None:
        self._acts, self._plugins, self._database, self._settings = acts, plugins, database, settings
        self.data = data
        self._wake, self._leave, self._left = threading.Event(), threading.Event(), threading.Event()

    @classmethod
    def from_container(cls, container: Any) -> Worker:
        """Return the worker that serves this application, or one that is not working yet."""
        data = container.get(AppInfo).data
        return _running.get(data) or cls(
            container.get(Acts), container.get(Plugins), container.get(Database), data, container.get(Settings)
        )

    def awake(self) -> None:
        """Look for new tasks now."""
        self._wake.set()

    def stop(self) -> None:
        """Leave; returns when nothing runs here any more, or after a while."""
        self._leave.set()
        self._wake.set()
        self._left.wait(20)

    def run(self) -> None:
        """Work until told to leave; the body of the thread of a server process."""
        crew = self._crew()
        try:
            with crew:
                self._turn(crew, None)
        finally:
            _running.pop(self.data, None)
            self._left.set()

    def work(self, deadline: float | None, until: Callable[[], bool] | None = None) -> None:
        """Work in this process until nothing is due, *deadline* (monotonic) is reached, or *until* says that it is enough."""

        def more() -> bool:
            return not (until and until()) and self._more(deadline)

        if self.data in _running:
            while more():
                self.awake()
                self._left.wait(0.1)
            return
        with self._crew() as crew:
            self._turn(crew, more)
            crew.tidy()

    def _crew(self) -> Crew:
        from .crew import Crew

        tasks = offered(self._plugins)
        return Crew(self._acts, self._database, self.data, tasks, self._settings, self._leave, self.awake)

    def _turn(self, crew: Crew, more: Callable[[], bool] | None) -> None:
        """Take, beat, tidy; while the database is away, ask ever more seldom and say so once."""
        pause, tidied = 0.0, -TIDY
        while not self._leave.is_set() and (more is None or more()):
            try:
                crew.take()
                if time.monotonic() - tidied > TIDY:
                    crew.tidy()
                    tidied = time.monotonic()
            except Exception as error:
                if more is not None:
                    raise
                if not pause:
                    log.error("the task queue cannot work: %s; trying again, ever more seldom", sentence(error))
                pause = min(max(2 * pause, 1.0), LONGEST)
                self._leave.wait(pause)
                continue
            if pause:
                log.warning("the task queue works again")
                pause = 0.0
            self._wake.wait(POLL if more is None else 0.05)
            self._wake.clear()

    def _more(self, deadline: float | None) -> bool:
        from . import leases

        if deadline is not None and time.monotonic() >= deadline:
            return False
        with self._database.session() as session:
            return leases.busy(session)
