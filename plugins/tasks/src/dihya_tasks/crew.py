"""The threads of a worker, and the one that gives signs of life for what they do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task
from sqlalchemy import delete, func, select

from . import ending, folders, leases, run
from .leases import Lease
from .models import QueuedTask
from .service import now, sentence
from .settings import Settings

log = logging.getLogger("dihya.tasks")
LEAVE = 8.0
"""Seconds for which a process that stops waits for its running steps."""


class Crew:
    """Carries out attempts, as many at once as the settings say."""

    def __init__(
        self,
        acts: Acts,
        database: Database,
        data: Path,
        tasks: Mapping[str, Task],
        settings: Settings,
        stop: threading.Event,
        free: Callable[[], None],
    ) -> None:
        self._acts, self._database, self._data, self._tasks = acts, database, data, tasks
        self._settings, self._stop, self._free = settings, stop, free
        self._name = leases.worker_name()
        self._lock = threading.Lock()
        self._attempts: dict[Lease, tuple[run.Attempt, threading.Thread]] = {}
        self._own_stop, self._gone = threading.Event(), threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="dihya-tasks-pulse", daemon=True)

    def __enter__(self) -> Self:
        self._pulse.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Stop between two steps; what does not come to an end in time goes on elsewhere, and is refused here."""
        self._own_stop.set()
        end = time.monotonic() + LEAVE
        for _, thread in list(self._attempts.values()):
            thread.join(max(0.0, end - time.monotonic()))
        self._gone.set()
        self._pulse.join(LEAVE)
        with self._lock:
            left = list(self._attempts)
        self._give_back(left)

    def take(self) -> None:
        """Begin what is due, as far as its queue has places."""
        with self._database.session() as session:
            rooms = {queue: self._room(queue) for queue in leases.waiting(session)}
        if not any(room > 0 for room in rooms.values()):
            return
        with self._acts.open("tasks.claim", actor=SYSTEM) as act:
            claimed = [leases.claim(act.session, self._name, queue, room) for queue, room in rooms.items() if room > 0]
        taken = [lease for each in claimed for lease in each]
        if any(lease.deaths for lease in taken):
            self._sweep()
        for lease in taken:
            self._begin(lease)

    def tidy(self) -> None:
        """Remove what attempts left that are over, and forget what ended long ago."""
        self._sweep()
        old = QueuedTask.finished_at < now() - timedelta(days=self._settings.keep_days)
        with self._database.session() as session:
            found = session.scalar(select(func.count()).where(old))
        if found:
            with self._acts.open("tasks.forget", actor=SYSTEM) as act:
                act.session.execute(delete(QueuedTask).where(old))

    def _room(self, queue: str) -> int:
        with self._lock:
            return self._settings.places(queue) - sum(lease.queue == queue for lease in self._attempts)

    def _begin(self, lease: Lease) -> None:
        attempt = run.Attempt(lease, self._acts, self._data, self._own_stop)
        thread = threading.Thread(target=self._carry_out, args=(attempt,), name=f"dihya-task-{lease.id}", daemon=True)
        with self._lock:
            self._attempts[lease] = attempt, thread
        thread.start()

    def _carry_out(self, attempt: run.Attempt) -> None:
        try:
            run.execute(attempt, self._tasks)
        except Exception as error:  # its lease runs out, which counts as a death: it is not tried for ever
            log.error("task %s was left: %s", attempt.lease.id, sentence(error))
        finally:
            with self._lock:
                self._attempts.pop(attempt.lease, None)
            if self._own_stop.is_set():
                self._give_back([attempt.lease])
            self._free()

    def _beat(self) -> None:
        due = time.monotonic() + leases.BEAT
        while not self._gone.wait(min(leases.BEAT, 1.0)):
            self.end_what_takes_too_long()
            if time.monotonic() >= due:
                due = time.monotonic() + (leases.BEAT if self._renewed() else 1.0)

    def _renewed(self) -> bool:
        """Give a sign of life for what runs here; tell whether that went well."""
        with self._lock:
            held = list(self._attempts)
        if not held:
            return True
        try:
            with self._acts.open("tasks.beat", actor=SYSTEM) as act:
                lost = leases.renew(act.session, held)
        except Exception as error:  # the next beat may come in time
            log.info("no sign of life: %s", type(error).__name__)
            return False
        for lease in lost:
            if found := self._attempts.get(lease):
                found[0].over.set()
        return True

    def end_what_takes_too_long(self) -> None:
        """Write a failure for each attempt whose time is over, and give its place away; its thread may go on, and is refused
        at its next commit."""
        with self._lock:
            late = [attempt for attempt, _ in self._attempts.values() if time.monotonic() > attempt.until]
        for attempt in late:
            said = f"it took longer than {attempt.task.timeout:g} seconds" if attempt.task else ""
            try:
                ending.failed(attempt, said)
            except leases.Fenced:
                pass  # it ended in this moment, or another attempt goes on
            except Exception as error:
                log.info("a task that takes too long goes on: %s", type(error).__name__)
                continue
            attempt.over.set()
            log.error("task %s (%s) failed: %s", attempt.task.name if attempt.task else "", attempt.lease.id, said)
            with self._lock:
                self._attempts.pop(attempt.lease, None)
            self._free()

    def _give_back(self, left: list[Lease]) -> None:
        if not left:
            return
        try:
            with self._acts.open("tasks.give_back", actor=SYSTEM) as act:
                leases.give_back(act.session, left)
        except Exception as error:  # then the leases run out by themselves
            log.info("leases are left to run out: %s", type(error).__name__)

    def _sweep(self) -> None:
        with self._database.session() as session:
            rows = session.execute(select(QueuedTask.id, QueuedTask.attempt).where(QueuedTask.state == "running"))
            running = [Lease(row.id, row.attempt) for row in rows]
        folders.sweep(self._data, running)
