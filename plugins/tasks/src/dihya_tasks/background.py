"""Work that comes again and again: one server process leads, and does it for all of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zlib import crc32

from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Background
from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

log = logging.getLogger("dihya.tasks")

LOOK = 1.0  # seconds between looks for what is due
FOLLOW = 5.0  # seconds between attempts to lead
LONGEST = 60.0  # and while the database cannot be reached
_LOCK = crc32(b"dihya-background")

_running: dict[Path, Rounds] = {}


def offered(plugins: Plugins) -> list[Background]:
    """Return the recurring work of all active plugins."""
    return [work for _, work in plugins.collected("register_background")]


def serve() -> None:
    """Start the rounds of this server process, if any plugin has recurring work. Called inside an act."""
    act = current()
    works = offered(act.get(Plugins))
    if works:
        rounds = Rounds(act.get(Acts), works, act.get(Database), act.get(AppInfo).data)
        _running[rounds.data] = rounds
        rounds.start()


def leave(data: Path) -> None:
    """End the rounds of this data folder, if this process has any."""
    if rounds := _running.pop(data, None):
        rounds.stop()


class Rounds:
    """The recurring work of one application in one process."""

    def __init__(self, acts: Acts, works: Sequence[Background], database: Database, data: Path) -> None:
        self.data = data
        self._acts, self._works, self._database = acts, works, database
        self._due = {work.name: time.monotonic() for work in works}
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dihya-background", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End after the work that is running."""
        self._leave.set()
        self._thread.join(15)

    def turn(self) -> None:
        """Do what is due, each in its turn; what fails is logged, and comes again in its time."""
        for work in self._works:
            if self._leave.is_set() or time.monotonic() < self._due[work.name]:
                continue
            self._due[work.name] = time.monotonic() + work.every
            try:
                if work.run(self._acts):
                    self._due[work.name] = time.monotonic()
            except Exception as error:
                log.error("background work %s failed: %s: %s", work.name, type(error).__name__, error)

    def _run(self) -> None:
        pause = FOLLOW
        while not self._leave.is_set():
            try:
                with leading(self._database.engine, self.data) as leader:
                    while leader and not self._leave.is_set():
                        self.turn()
                        self._leave.wait(LOOK)
                pause = FOLLOW
            except Exception as error:
                if pause == FOLLOW:  # once for each change of state
                    log.error("background work was interrupted: %s: %s", type(error).__name__, error)
                pause = min(2 * pause, LONGEST)
            self._leave.wait(pause)


@contextmanager
def leading(engine: Engine, data: Path) -> Iterator[bool]:
    """Lead while the block runs, or yield False when another process does.

    A lock on a file falls when its process dies; on PostgreSQL, which several machines may share, the server gives the
    lock of a connection that is gone to the next one.
    """
    with ExitStack() as stack:
        if engine.dialect.name == "postgresql":
            connection = stack.enter_context(engine.connect()).execution_options(isolation_level="AUTOCOMMIT")
            schema = str(connection.scalar(text("SELECT current_schema()")))
            key = {"one": _LOCK % 2**31, "two": crc32(schema.encode()) % 2**31}
            leader = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:one, :two)"), key))
            if leader:
                stack.callback(connection.execute, text("SELECT pg_advisory_unlock(:one, :two)"), key)
            yield leader
            return
        (data / "tasks").mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            stack.enter_context(FileLock(data / "tasks" / "leader.lock", timeout=0, thread_local=False, mode=0o600))
        except Timeout:
            yield False
            return
        yield True
