"""The process that keeps one trial: it starts the sandbox, looks when it runs and when it is over, and removes everything.

It belongs to no worker of the server, so that a trial outlives their replacement; it ends with the server itself. Usage:
``python -P -m dihya_tests.trying.keeper ROOM`` with the lock of the room held by an inherited descriptor.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psutil
from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.trying import TrialEnd, TrialRole

from dihya_tests import environment, sandbox
from dihya_tests.view import View

from . import rooms
from .passage import ABOUT, HANDED, call, listen

log = logging.getLogger("dihya.tests")
NICE = 10
"""A trial that runs lets real work go first."""
LOOK, TREE = 0.5, 1.0
STARTED = 120.0
FILE_MB, LOG_KB = 32, 256
MOST_ROLES, LONGEST_TITLE = 50, 100


class Over(Exception):
    """Raised in the main thread when the trial is to end."""

    def __init__(self, why: TrialEnd) -> None:
        super().__init__(why)
        self.why = why


class Keeper:
    """Keeps the trial of one room until it ends."""

    def __init__(self, room: Path) -> None:
        told = rooms.read(room)
        if told is None:
            raise SystemExit(f"{str(room)!r} is no room of a trial")
        self.room, (self.trial, self.more) = room, told
        self._why: TrialEnd = "stopped"
        self._over = threading.Event()

    def keep(self) -> tuple[TrialEnd, str]:
        """Run the trial; return why it ended, and its last words where it failed by itself."""
        signal.signal(signal.SIGTERM, self._raise)
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            return self._run()
        except Over as over:
            return over.why, ""
        except (DihyaError, OSError) as error:
            return "failed", str(error)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            self._over.set()

    def _run(self) -> tuple[TrialEnd, str]:
        project = next((self.room / "project").iterdir())
        made = environment.create(self.room, project, self.trial.name, dict(os.environ))
        empty = self.room / "empty"
        empty.mkdir()
        left = (self.trial.ends - datetime.now(UTC)).total_seconds()
        limits = sandbox.Limits(left, self.more["memory_mb"], FILE_MB, LOG_KB, self.more["disk_mb"], look_every=TREE)
        with listen(self.room / rooms.SOCKET) as listener:
            threading.Thread(target=self._await, daemon=True).start()
            ending = sandbox.run(
                [str(made.python), "-P", "-m", "dihya_tests.trying.application", self.trial.name], cwd=empty,
                env={**made.env, HANDED: str(listener.fileno())}, limits=limits, log=self.room / rooms.LOG,
                view=View(show=(str(made.folder),), hide=(self.more["data"],)), handed=(listener.fileno(),),
            )  # fmt: skip
        return _told(ending, datetime.now(UTC) >= self.trial.ends, self.room / rooms.LOG)

    def _await(self) -> None:
        """Ask until the application answers, then say that it runs, and in which roles."""
        until = time.monotonic() + STARTED
        while time.monotonic() < until and not self._over.is_set():
            with suppress(Exception):  # what it answers is a stranger's; as long as it makes no sense, it does not run
                with call(self.room / rooms.SOCKET, "GET", "/", {ABOUT: "1"}, seconds=STARTED) as (_said, body):
                    roles = _roles(body)
                if not self._over.is_set():
                    _give_way()
                    rooms.write(self.room, replace(self.trial, state="running", roles=roles), self.more)
                return
            time.sleep(LOOK)
        self._end("failed")

    def _watch(self) -> None:
        """End the trial when somebody says so, when its room is gone, or with the server."""
        while not self._over.wait(LOOK):
            if not (self.room / rooms.FACTS).exists() or (self.room / rooms.END).exists():
                self._end("told")
            elif (server := self.more.get("server")) and not _lives(*server):
                self._end("server")
            elif datetime.now(UTC) >= self.trial.ends:
                self._end("time")

    def _end(self, why: TrialEnd) -> None:
        if not self._over.is_set():
            self._over.set()
            self._why = why
            os.kill(os.getpid(), signal.SIGTERM)

    def _raise(self, number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what follows removes things, and is not interrupted
        raise Over(self._why)


def _give_way() -> None:
    """Let real work go first, now that nobody waits for a start any more."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            process.nice(NICE)


def _lives(number: int, begun: float) -> bool:
    """Tell whether a process still is the one that had this number when it began."""
    with suppress(psutil.Error):
        process = psutil.Process(number)
        return process.create_time() == begun and process.status() != psutil.STATUS_ZOMBIE
    return False


def _told(ending: sandbox.Ending, over: bool, log: Path) -> tuple[TrialEnd, str]:
    if ending.stopped:
        return ("time", "") if over else ("memory", ending.stopped)
    if not ending.isolated:
        return "not isolated", ending.open
    lines = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    return "failed", lines[-1] if lines else f"exit code {ending.code}"


def _roles(body: bytes) -> tuple[TrialRole, ...]:
    """Read the roles that a trial names. Raises ValueError for anything else."""
    told = json.loads(body)
    if not isinstance(told, list) or not 0 < len(told) <= MOST_ROLES:
        raise ValueError("these are no roles")
    if not all(isinstance(text, str) and len(text) <= LONGEST_TITLE for one in told for text in one):
        raise ValueError("these are no names of roles")
    return tuple(TrialRole(name, Text(en, fr)) for name, en, fr in told)


def main() -> None:
    """Keep the trial of the room that is named, and close it whatever happens."""
    keeper = Keeper(Path(sys.argv[1]))
    why, said = "failed", ""
    try:
        why, said = keeper.keep()
    except Exception as error:
        log.exception("a trial could not be kept")
        said = type(error).__name__
    finally:
        rooms.close(keeper.room, why, said)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
