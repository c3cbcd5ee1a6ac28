"""The worker of this process: hands committed tasks to the engine, and takes up what dead processes left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task

from .settings import Settings

log = logging.getLogger("dihya.tasks")

POLL = 0.5  # seconds between looks for tasks that another process queued
REAP = 5.0
TIDY = 15.0

_process = threading.Lock()  # DBOS is one a process; two houses in one process (tests) take turns
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
    # The interpreter waits for the engine's threads before it calls atexit (and a forked worker never calls it): without
    # this, a server that is told to stop would first finish every task that it has begun.
    threading._register_atexit(worker.stop)  # type: ignore[attr-defined]


def leave(data: Path) -> None:
    """Stop the worker of this data folder, if this process has one; its tasks go on after the next start."""
    if worker := _running.get(data):
        worker.stop()


class Worker:
    """Works on the queue of one house."""

    def __init__(self, acts: Acts, plugins: Plugins, database: Database, data: Path, settings: Settings) -> None:
        self._acts, self._plugins, self._database, self._settings = acts, plugins, database, settings
        self.data = data
        self._wake, self._leave, self._left = threading.Event(), threading.Event(), threading.Event()

    @classmethod
    def from_container(cls, container: Any) -> Worker:
        """Return the worker that serves this house, or one that is not working yet."""
        data = container.get(AppInfo).data
        return _running.get(data) or cls(
            container.get(Acts), container.get(Plugins), container.get(Database), data, container.get(Settings)
        )

    def awake(self) -> None:
        """Look for new tasks now."""
        self._wake.set()

    def stop(self) -> None:
        """Leave; returns when the engine is gone."""
        self._leave.set()
        self._wake.set()
        self._left.wait(15)

    def run(self) -> None:
        """Work until told to leave; the body of the thread of a server process."""
        try:
            while not self._leave.is_set():
                try:
                    with _Engine(self._acts, self._plugins, self._database, self.data, self._settings) as engine:
                        self._turn(engine)
                except Exception as error:
                    log.error("the task queue cannot work: %s: %s; trying again", type(error).__name__, error)
                    self._leave.wait(5)
        finally:
            _running.pop(self.data, None)
            self._left.set()

    def work(self, deadline: float | None) -> None:
        """Work in the calling thread until nothing is left or *deadline* (monotonic) is reached."""
        if self.data in _running:
            self._wait(deadline)
            return
        with _Engine(self._acts, self._plugins, self._database, self.data, self._settings) as engine:
            engine.take_over()
            engine.tidy()
            while self._more(deadline, engine.open()):
                engine.hand_over()
                self._wake.wait(0.05)
            engine.tidy()

    def _wait(self, deadline: float | None) -> None:
        engine = _Engine(self._acts, self._plugins, self._database, self.data, self._settings)
        while self._more(deadline, engine.open()):
            self.awake()
            self._left.wait(0.1)

    def _more(self, deadline: float | None, open: int) -> bool:
        return bool(open) and (deadline is None or time.monotonic() < deadline)

    def _turn(self, engine: _Engine) -> None:
        reaped = tidied = 0.0
        while not self._leave.is_set():
            try:
                engine.hand_over()
                if time.monotonic() - reaped > REAP:
                    engine.take_over()
                    reaped = time.monotonic()
                if time.monotonic() - tidied > TIDY:
                    engine.tidy()
                    tidied = time.monotonic()
            except Exception as error:
                log.error("the task queue was interrupted: %s: %s", type(error).__name__, error)
                self._leave.wait(2)
            self._wake.wait(POLL)
            self._wake.clear()


class _Engine:
    """The engine between launch and destroy, and what it does with the tables of the queue."""

    def __init__(self, acts: Acts, plugins: Plugins, database: Database, data: Path, settings: Settings) -> None:
        self._acts, self._plugins, self._database, self._data, self._settings = acts, plugins, database, data, settings

    def __enter__(self) -> _Engine:
        from . import engine, run
        from .slots import Slots

        _process.acquire()
        self._stop = run.Stop()
        self._slots = Slots(self._data / "tasks")
        tasks = offered(self._plugins)
        try:
            engine.launch(
                self._database.engine,
                self._data,
                self._slots.take(),
                self._settings.concurrency,
                lambda id: run.execute(id, tasks, self._acts, self._stop),
            )
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.asked.set()
        self._close()

    def _close(self) -> None:
        from . import engine

        try:
            engine.destroy()
        finally:
            self._stop.gone.set()
            self._slots.release()
            _process.release()

    def open(self) -> int:
        """Return how many tasks have not ended."""
        from sqlalchemy import func, select

        from .models import QueuedTask

        with self._database.session() as session:
            wanted = select(func.count()).where(QueuedTask.state.in_(("queued", "running")))
            return session.scalar(wanted) or 0

    def hand_over(self) -> None:
        """Hand the tasks of committed acts to the engine; doing it twice is harmless."""
        from sqlalchemy import select, update

        from . import engine
        from .models import QueuedTask
        from .service import now

        waiting = select(QueuedTask.id).where(QueuedTask.handed_at.is_(None), QueuedTask.state == "queued")
        with self._database.session() as session:
            ids = session.scalars(waiting.order_by(QueuedTask.created_at, QueuedTask.id).limit(100)).all()
        if not ids:
            return
        for id in ids:
            engine.enqueue(id)
        with self._acts.open("tasks.hand_over", actor=SYSTEM) as act:
            act.session.execute(update(QueuedTask).where(QueuedTask.id.in_(ids)).values(handed_at=now()))

    def take_over(self) -> None:
        """Take up what processes left that are gone."""
        from . import engine

        with self._slots.abandoned() as executors:
            if executors and (count := engine.recover(executors)):
                log.warning("took over %d tasks of a process that died", count)

    def tidy(self) -> None:
        """Make queue and engine agree, and forget what is old."""
        from . import engine
        from .service import ENDED

        ids = self._ids("queued", "running")
        known = engine.states(ids) if ids else {}
        self._again([id for id in ids if id not in known])
        self._lost([id for id in ids if known.get(id) in engine.LOST])
        over = engine.finished()
        if over and (gone := [id for id in over if id in set(self._ids(*ENDED, among=over))]):
            engine.forget(gone)
        self._forget_old()

    def _ids(self, *states: str, among: Iterable[str] | None = None) -> list[str]:
        from sqlalchemy import select

        from .models import QueuedTask

        wanted = select(QueuedTask.id).where(QueuedTask.state.in_(states), QueuedTask.handed_at.is_not(None))
        wanted = wanted.limit(500) if among is None else wanted.where(QueuedTask.id.in_(list(among)))
        with self._database.session() as session:
            return list(session.scalars(wanted))

    def _again(self, ids: list[str]) -> None:
        """Hand over again what the engine does not know: its file was lost, or the database comes from a backup."""
        from sqlalchemy import update

        from .models import QueuedTask

        if ids:
            with self._acts.open("tasks.again", actor=SYSTEM) as act:
                still = (QueuedTask.id.in_(ids), QueuedTask.state.in_(("queued", "running")))
                act.session.execute(update(QueuedTask).where(*still).values(handed_at=None, state="queued"))

    def _lost(self, ids: list[str]) -> None:
        """Mark as failed what the engine has given up."""
        from . import run

        for id in ids:
            log.error("task %s was given up by the engine", id)
            run.give_up(id, self._acts)

    def _forget_old(self) -> None:
        from datetime import timedelta

        from sqlalchemy import delete, func, select

        from .models import QueuedTask
        from .service import now

        old = QueuedTask.finished_at < now() - timedelta(days=self._settings.keep_days)
        with self._database.session() as session:
            found = session.scalar(select(func.count()).where(old))
        if found:
            with self._acts.open("tasks.forget", actor=SYSTEM) as act:
                act.session.execute(delete(QueuedTask).where(old))
