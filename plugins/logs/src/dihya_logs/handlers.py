"""Where lines go: standard error and a file that is put aside when it grows or ages. A line that cannot be written is counted."""

from __future__ import annotations

import fcntl
import json
import logging
import logging.handlers
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path


class Careful:
    """Mixed into a handler: a failure is counted and never reaches who wrote the line.

    Attributes:
        lost: how many lines could not be written.
        fault: why the newest one could not, or empty once one was written again.
        place: where lines go, in words.
    """

    place = ""
    lost = 0
    fault = ""

    def look(self) -> None:
        """Raise OSError where the next line would find no place."""

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

    place = "the standard error"

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr
        super().emit(record)


class RotatingFile(Careful, logging.handlers.WatchedFileHandler):
    """Appends to a file, and puts it aside as ``.1`` when it is full; ``.1`` becomes ``.2`` and so on.

    Several processes of one machine may write to the same file: each line is one append, the one that finds the file
    full renames under a lock, and the others notice that the file is another. Not for network file systems.

    No line is kept for longer than *days*: a file is put aside after half of them, and goes when its newest line is as old.
    """

    def __init__(
        self, path: Path, limit: int, count: int, days: float = 180, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="backslashreplace")
        self._path, self._limit, self._count, self._clock = path, limit, count, clock
        self.place = f"{path.parent.name}/{path.name}"
        self._half = days * 86_400 / 2
        self._begun: tuple[int, float] = (0, 0.0)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, into a new file if the old one is full or gone."""
        before = self.lost
        try:
            if self.stream is None or not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
            elif self._full(self.stream.fileno()):
                self._put_aside()
            super().emit(record)  # looks whether the file is still the same, before it writes; that may fail too
        except OSError:
            self.handleError(record)
        if self.lost == before:
            self.fault = ""

    def look(self) -> None:
        """Raise OSError where folder or file are in nobody's reach."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))

    def tidy(self) -> int:
        """Put aside what is old, and remove what is too old; return how many files went. For when nobody writes."""
        if self._path.exists():
            with self._path.open("rb") as file:
                if self._full(file.fileno()):
                    self._put_aside()
        old = [
            path
            for path in self._path.parent.glob(f"{self._path.name}.*[0-9]")
            if self._clock() - path.stat().st_mtime > self._half
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _full(self, handle: int) -> bool:
        """Tell whether the file is large, or its first line is old."""
        found = os.fstat(handle)
        if self._begun[0] != found.st_ino:
            self._begun = (found.st_ino, _first_line(self._path) or self._clock())
        return found.st_size > 0 and (found.st_size >= self._limit or self._clock() - self._begun[1] > self._half)

    def _put_aside(self) -> None:
        with open(self._path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with open(os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o600), "rb") as now:
                full = self._full(now.fileno())
            if full:
                for number in range(self._count, 0, -1):
                    newer = self._path.with_name(f"{self._path.name}.{number - 1}") if number > 1 else self._path
                    if newer.exists():
                        os.replace(newer, self._path.with_name(f"{self._path.name}.{number}"))
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))


def _first_line(path: Path) -> float:
    """Return when the first line of a file was written, or 0 where it does not say."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.readline(100_000))["timestamp"]
        return datetime.fromisoformat(said).timestamp()
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
