"""Request bodies as they come: small ones in memory, large ones in a temporary file, never more than agreed."""

from __future__ import annotations

import io
import tempfile
from typing import IO, Any

IN_MEMORY = 128 * 1024


class Store:
    """Counts the bytes of all bodies that this process holds.

    Args:
        most: bytes; beyond them nothing more is received until some request is answered.
    """

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0


class Body:
    """The body of one request while it is received.

    Args:
        most: bytes that this request may send.
        seconds: time in which all of it must have come.
        rate: bytes a second that must come on average, once *patience* seconds have passed.
    """

    __slots__ = ("store", "most", "seconds", "rate", "began", "received", "_file")
    patience = 5.0

    def __init__(self, store: Store, most: int, seconds: float, rate: int, began: float) -> None:
        self.store, self.most, self.seconds, self.rate, self.began = store, most, seconds, rate, began
        self.received = 0
        self._file: IO[bytes] | Any = io.BytesIO()

    def add(self, data: bytes) -> int:
        """Keep *data*; return 0, or the status of the refusal: 413 for too much, 503 when there is no room left."""
        size = len(data)
        if self.received + size > self.most:
            return 413
        if self.store.held + size > self.store.most:
            return 503
        if self.received <= IN_MEMORY < self.received + size:
            self._file = _on_disk(self._file)
        self._file.write(data)
        self.received += size
        self.store.held += size
        return 0

    def is_late(self, now: float) -> bool:
        """Tell whether it has taken too long, or comes too slowly."""
        passed = now - self.began
        return passed > self.seconds or (passed > self.patience and self.received < self.rate * passed)

    def reader(self) -> IO[bytes]:
        """Return what was received, from its beginning."""
        self._file.seek(0)
        return self._file  # type: ignore[no-any-return]

    def close(self) -> None:
        """Give the room back."""
        self.store.held -= self.received
        self.received = 0
        self._file.close()


def _on_disk(memory: io.BytesIO) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="dihya-body-")  # noqa: SIM115 - closed with the body
    file.write(memory.getvalue())
    return file
