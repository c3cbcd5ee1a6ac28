"""Work that comes again and again: in the one server process that leads, or in each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Background

from . import leases
from .leading import Leadership
from .run import sentence

log = logging.getLogger("dihya.tasks")

LONGEST = 60.0
"""Seconds between two tries of what keeps failing, such as a database that cannot be reached."""

_running: dict[Path, Rounds] = {}


def offered(plugins: Plugins) -> list[Background]:
    """Return the recurring work of all active plugins."""
    return [work for _, work in plugins.collected("register_background")]


def serve() -> None:
    """Start the rounds of this server process, if any plugin has recurring work. Called inside an act."""
    act = current()
    works, acts, data = offered(act.get(Plugins)), act.get(Acts), act.get(AppInfo).data
    if works:
        _running[data] = Rounds(acts, works, Leadership(acts, act.get(Database), data))
        _running[data].start()


def leave(data: Path) -> None:
    """End the rounds of this data folder, if this process has any."""
    if rounds := _running.pop(data, None):
        rounds.stop()


def soon(data: Path, name: str) -> None:
    """Run one recurring work at once, if this process does it."""
    if rounds := _running.get(data):
        rounds.soon(name)


class Rounds:
    """The recurring work of one application in one process: a thread for what it leads, one for what each does, and one
    that says that the leader lives, however long a work takes."""

    def __init__(self, acts: Acts, works: Sequence[Background], leadership: Leadership) -> None:
        self._acts, self._leadership = acts, leadership
        self._led, self._own = [work for work in works if work.leader], [work for work in works if not work.leader]
        self._due = {work.name: time.monotonic() for work in works}
        self._failed: dict[str, int] = {}
        self._leads, self._leave, self._wake = threading.Event(), threading.Event(), threading.Condition()
        self._threads = [threading.Thread(target=self._lead, name="dihya-background-pulse", daemon=True)]
        for works_of, name in ((self._led, "dihya-background"), (self._own, "dihya-background-own")):
            self._threads.append(threading.Thread(target=self._run, args=(works_of,), name=name, daemon=True))

    def start(self) -> None:
        """Begin, in threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the work that is running, and give the place of the leader back."""
        self._leave.set()
        self._notify()
        for thread in reversed(self._threads):
            thread.join(15)

    def soon(self, name: str) -> None:
        """Let one work be due now; what keeps failing waits for its pause to end."""
        if name in self._due and name not in self._failed:
            self._due[name] = time.monotonic()
            self._notify()

    def turn(self, works: Sequence[Background]) -> float:
        """Do what is due, each in its turn; return the seconds until something is due again."""
        for work in works:
            if self._leave.is_set() or (work.leader and not self._leads.is_set()):
                break
            if time.monotonic() >= self._due[work.name]:
                self._due[work.name] = time.monotonic() + work.every
                self._do(work)
        return max(0.0, min(self._due[work.name] for work in works) - time.monotonic())

    def _do(self, work: Background) -> None:
        try:
            more = work.run(self._acts)
        except Exception as error:
            failed = self._failed[work.name] = self._failed.get(work.name, 0) + 1
            pause = min(work.every * 2.0 ** min(failed - 1, 30), max(LONGEST, work.every))
            self._due[work.name] = time.monotonic() + pause
            if failed == 1:  # once for each change of state
                log.error("background work %s failed: %s; trying again, ever more seldom", work.name, sentence(error))
            return
        if self._failed.pop(work.name, 0):
            log.warning("background work %s works again", work.name)
        if more:
            self._due[work.name] = time.monotonic()

    def _run(self, works: Sequence[Background]) -> None:
        while works and not self._leave.is_set():
            if works[0].leader and not self._leads.wait(1.0):
                continue
            pause = self.turn(works)
            with self._wake:
                if not self._leave.is_set() and all(self._due[work.name] > time.monotonic() for work in works):
                    self._wake.wait(pause)

    def _lead(self) -> None:
        """Take the place of the leader, keep it by signs of life, and give it back at the end."""
        pause = leases.BEAT
        while not self._leave.is_set():
            try:
                leads = bool(self._led) and self._leadership.take()
                pause = leases.BEAT
            except Exception as error:
                leads = False
                if pause <= leases.BEAT:
                    log.error("nobody can lead the background work: %s", sentence(error))
                pause = leases.LEASE
            (self._leads.set if leads else self._leads.clear)()
            self._leave.wait(pause)
        self._threads[1].join(10)
        try:
            self._leadership.leave()
        except Exception as error:  # then the lease runs out by itself
            log.info("the place of the leader is left to run out: %s", sentence(error))

    def _notify(self) -> None:
        with self._wake:
            self._wake.notify_all()
