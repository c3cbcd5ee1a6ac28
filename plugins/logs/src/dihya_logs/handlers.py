"""Where lines go: standard error and a file that is put aside when it grows. A line that cannot be written is counted."""

from __future__ import annotations

import fcntl
import logging
import logging.handlers
import os
import sys
from pathlib import Path


class Careful:
    """Mixed into a handler: a failure is counted and never reaches who wrote the line.

    Attributes:
        lost: how many lines could not be written.
        fault: why the newest one could not, or empty once one was written again.
    """

    lost = 0
    fault = ""

    def handleError(self, record: logging.LogRecord) -> None:
        """Count the line. One whose text cannot be made is replaced by a line that says where it comes from."""
        error = sys.exc_info()[1]
        self.lost, self.fault = self.lost + 1, f"{type(error).__name__}: {error}"
        if isinstance(error, OSError) or getattr(record, "dihya_substitute", False):
            return
        where = f"{record.pathname}:{record.lineno}"
        substitute = logging.LogRecord(
            record.name, logging.ERROR, record.pathname, record.lineno,
            "a line could not be made at %s: %s", (where, type(error).__name__), None,
        )  # fmt: skip
        substitute.dihya_substitute = True
        self.emit(substitute)  # type: ignore[attr-defined]


class Console(Careful, logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to what standard error is at the moment of writing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr
        super().emit(record)


class RotatingFile(Careful, logging.handlers.WatchedFileHandler):
    """Appends to a file, and puts it aside as ``.1`` when it is full; ``.1`` becomes ``.2`` and so on.

    Several processes of one machine may write to the same file: each line is one append, the one that finds the file
    full renames under a lock, and the others notice that the file is another. Not for network file systems.
    """

    def __init__(self, path: Path, limit: int, count: int) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="backslashreplace")
        self._path, self._limit, self._count = path, limit, count

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, into a new file if the old one is full or gone."""
        before = self.lost
        try:
            if self.stream is None or not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
            elif os.fstat(self.stream.fileno()).st_size >= self._limit:
                self._put_aside()
            super().emit(record)  # looks whether the file is still the same, before it writes; that may fail too
        except OSError:
            self.handleError(record)
        if self.lost == before:
            self.fault = ""

    def _put_aside(self) -> None:
        with open(self._path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._path.exists() and self._path.stat().st_size >= self._limit:
                for number in range(self._count, 0, -1):
                    newer = self._path.with_name(f"{self._path.name}.{number - 1}") if number > 1 else self._path
                    if newer.exists():
                        os.replace(newer, self._path.with_name(f"{self._path.name}.{number}"))
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
