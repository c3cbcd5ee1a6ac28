"""The threads in which the application runs: a fixed number, and a queue that does not grow without end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from dihya_hookspecs.ops import Capacity

from .settings import Settings

log = logging.getLogger("dihya.wsgi")
LOOKERS = 1
"""Threads that look for what is new on streams."""


class Threads:
    """Runs work in *count* threads, in the order in which it came.

    Args:
        waiting: how much work may wait for a thread.
    """

    def __init__(self, count: int, waiting: int, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._waiting = waiting
        for number in range(count):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def submit(self, work: Callable[[], None], *, always: bool = False) -> bool:
        """Queue *work*; return False, and do not, when too much waits already.

        Args:
            always: True for the rest of what has begun, which must come to its end.
        """
        if not always and self._queue.qsize() >= self._waiting:
            return False
        self._queue.put(work)
        return True

    def _serve(self) -> None:
        while True:
            work = self._queue.get()
            try:
                work()
            except BaseException:
                log.exception("a thread of the server failed")
            del work


def capacity(svcs_container: Any) -> Capacity:
    """Return how many threads may work on requests and streams at the same time."""
    return Capacity(svcs_container.get(Settings).threads + LOOKERS)
