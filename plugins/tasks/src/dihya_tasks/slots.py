"""Who works here: each process holds a numbered slot, and the name of a slot outlives its process.

DBOS gives the unfinished workflows of an executor back to an executor of the same name. A lock on a file falls when its
process dies, however it dies; so a restarted process finds the first free slot, and with it the work of the dead one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class Slots:
    """The slots of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._machine = self._name()
        self._lock: FileLock | None = None
        self._number = -1

    @property
    def executor(self) -> str:
        """The name under which this process works."""
        return self._executor(self._number)

    def take(self) -> str:
        """Take the first free slot and return its executor name."""
        number = 0
        while True:
            lock = self._file(number)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                number += 1
                continue
            self._lock, self._number = lock, number
            return self.executor

    def release(self) -> None:
        """Give the slot back."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @contextmanager
    def abandoned(self) -> Iterator[list[str]]:
        """Hold the slots of processes that are gone, and say their executor names."""
        held: list[FileLock] = []
        names = []
        try:
            for path in sorted(self.folder.glob("slot-*.lock")):
                number = int(path.stem.removeprefix("slot-"))
                lock = self._file(number)
                if number == self._number and self._lock is not None:
                    continue
                try:
                    lock.acquire(timeout=0)
                except Timeout:
                    continue
                held.append(lock)
                names.append(self._executor(number))
            yield names
        finally:
            for lock in held:
                lock.release()

    def _file(self, number: int) -> FileLock:
        return FileLock(self.folder / f"slot-{number}.lock", thread_local=False)

    def _executor(self, number: int) -> str:
        return f"{self._machine}-slot-{number}"

    def _name(self) -> str:
        # Several machines may share one PostgreSQL; their slots must not be mistaken for each other.
        path = self.folder / "machine"
        if not path.exists():
            part = path.with_name(f"machine.{os.getpid()}")
            part.write_text(secrets.token_hex(6))
            try:
                os.link(part, path)  # the first one wins; os.replace would let the last one
            except FileExistsError:
                pass
            finally:
                part.unlink()
        return path.read_text().strip()
