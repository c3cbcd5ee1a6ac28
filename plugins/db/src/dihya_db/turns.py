"""The writers of one process take turns on a SQLite file, and share the way of their commits to the disk.

SQLite has one writer. Who finds it taken looks again after ever longer pauses, and whoever comes by chance is served
first; and each commit waits for the disk while nobody else may write. Here writers of one process stand in a queue. A
commit is written into the WAL, the next writer begins, and only then whoever has committed waits for the disk: one sync
is enough for all that was committed before it. Nobody is told that a commit is done before it is on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections import deque
from functools import cached_property
from pathlib import Path
from typing import Any

_to_disk = getattr(os, "fdatasync", os.fsync)


class Turns:
    """Who of this process writes to one file: first come, first served."""

    def __init__(self) -> None:
        self.renew()
        _known.add(self)

    def renew(self) -> None:
        """Forget who writes and who waits: they are threads of the parent process."""
        self._guard, self._taken = threading.Lock(), False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def take(self, seconds: float) -> bool:
        """Wait for the turn at most *seconds*; False when it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        came = False
        try:
            came = turn.acquire(timeout=seconds)
        finally:
            if not came and self._given_meanwhile(turn):
                self.give()
        return came

    def _given_meanwhile(self, turn: threading.Lock) -> bool:
        """Leave the queue; True for who was given the turn in the moment in which it stopped waiting."""
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
            return True

    def give(self) -> None:
        """Let the next one write."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Syncing:
    """Brings the commits in the WAL of one file to the disk, as many at once as there are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.renew()
        _known.add(self)

    def renew(self) -> None:
        """Forget who waits: they are threads of the parent process."""
        self._guard, self._busy = threading.Lock(), False
        self._written = self._safe = self._lost = 0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    @cached_property
    def _wal(self) -> str:
        return f"{self._file.resolve()}-wal"  # SQLite follows links too

    def written(self) -> int:
        """Count a commit that stands in the WAL; return its number."""
        with self._guard:
            self._written += 1
            return self._written

    def wait(self, number: int) -> None:
        """Return when the commit of this number is on the disk.

        Raises:
            OperationalError: the disk did not take it; whether it stays is not known.
        """
        with self._guard:
            done, mine = number <= self._safe, threading.Lock()
            if not done and self._busy:
                mine.acquire()
                self._waiting.append((number, mine))
            elif not done:
                self._busy = True
        if not done:
            self._await(number, mine)
            if number > self._safe:
                self._lead()
        if number <= self._lost:
            raise _error("the disk did not take the commit", "SQLITE_IOERR_FSYNC")

    def _await(self, number: int, mine: threading.Lock) -> None:
        """Wait until the commit is safe or it is for this thread to lead; who is interrupted leaves that to the next."""
        try:
            mine.acquire()  # at once, for who finds nobody at it
        except BaseException:
            with self._guard:
                waits = (number, mine) in self._waiting
                if waits:
                    self._waiting.remove((number, mine))
            if not waits and number > self._safe:
                self._pass_on(self._safe)
            raise

    def _lead(self) -> None:
        """Sync for everybody who has committed."""
        until = self._written
        try:
            self._sync()
        except OSError:  # The system forgets what it could not write: a further sync would say that all is well.
            self._lost = until
        except BaseException:
            self._pass_on(self._safe)
            raise
        self._pass_on(until)

    def _pass_on(self, until: int) -> None:
        """Tell everybody whose commit is safe now, and leave the next sync to the first who has committed meanwhile."""
        with self._guard:
            self._safe = until
            told = [lock for number, lock in self._waiting if number <= until]
            self._waiting = deque(pair for pair in self._waiting if pair[0] > until)
            if self._waiting:
                told.append(self._waiting.popleft()[1])
            else:
                self._busy = False
        for lock in told:
            lock.release()

    def _sync(self) -> None:
        # SQLite locks the file and the -shm, never the -wal, so that closing a handle on it drops no lock of ours.
        handle = os.open(self._wal, os.O_RDWR)
        try:
            _to_disk(handle)
        finally:
            os.close(handle)


class Writer(sqlite3.Connection):
    """A connection that writes in its turn.

    Attributes:
        turns: of its file; None for a connection that only SQLite lets wait.
        syncing: what brings its commits to the disk; None where SQLite itself does.
        level: how SQLite itself brings commits to the disk that did not come in a turn.
    """

    turns: Turns | None = None
    syncing: Syncing | None = None
    level = ""
    _mine = False

    def begin(self) -> None:
        """Begin a transaction that writes, when it is this connection's turn. Raises OperationalError when that takes too long."""
        if self.turns is not None and not self._mine:
            if not self.turns.take(self._patience()):
                raise _error("database is locked", "SQLITE_BUSY")
            self._mine = True
        try:
            if self.syncing is not None:
                self.execute("PRAGMA synchronous=NORMAL").close()
            self.execute("BEGIN IMMEDIATE").close()
        except BaseException:
            self._end()
            raise

    def commit(self) -> None:
        """Commit, and return when that is on the disk."""
        super().commit()  # Where this fails, the turn lasts until the rollback.
        if self._mine:
            number = self.syncing.written() if self.syncing is not None else 0
            self._end()
            if self.syncing is not None:
                self.syncing.wait(number)

    def rollback(self) -> None:
        """Undo the transaction; the next one may write."""
        try:
            super().rollback()
        finally:
            if self._mine:
                self._end()

    def close(self) -> None:
        """Close; the next one may write."""
        try:
            super().close()
        finally:
            if self._mine and self.turns is not None:
                self._mine = False
                self.turns.give()

    def _end(self) -> None:
        if self._mine and self.turns is not None:
            self._mine = False
            self.turns.give()
        if self.syncing is not None and not self.in_transaction:
            self.execute(f"PRAGMA synchronous={self.level}").close()

    def _patience(self) -> float:
        (milliseconds,) = self.execute("PRAGMA busy_timeout").fetchone()
        return float(milliseconds) / 1000


def _error(text: str, name: str) -> sqlite3.OperationalError:
    error: Any = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return error  # type: ignore[no-any-return]


_known: weakref.WeakSet[Any] = weakref.WeakSet()


def _after_fork() -> None:
    for each in list(_known):
        each.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
