"""The threads in which the application runs: a fixed number, and a queue that does not grow without end."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from dihya_hookspecs.ops import Capacity

from .settings import Settings

log = logging.getLogger("dihya.wsgi")
LANE = 8
"""A view that anybody may call without being known has an eighth of the threads: two of sixteen."""
LOOKERS = 1
"""Threads that look for what is new on streams."""


@dataclass(slots=True)
class Lane:
    """What one view has of the threads that others need too."""

    running: int = 0
    waiting: deque[Callable[[], None]] = field(default_factory=deque)


class Threads:
    """Runs work in *count* threads, in the order in which it came.

    Args:
        waiting: how much work may wait for a thread.
    """

    def __init__(self, count: int, waiting: int, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._count, self._waiting = count, waiting
        self._lanes: dict[str, Lane] = {}
        self._lock = threading.Lock()
        self.lane_width, self.lane_waiting = max(1, count // LANE), max(1, waiting // LANE)
        for number in range(count):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def submit(self, work: Callable[[], None], *, always: bool = False, lane: str = "") -> bool:
        """Queue *work*; return False, and do not, when too much waits already.

        Args:
            always: True for the rest of what has begun, which must come to its end.
            lane: what may have a part of the threads only, and of those who wait, so that a flood of it leaves the others to
                everybody else.
        """
        if lane:
            return self._in_lane(work, lane)
        if not always and self._queue.qsize() >= self._waiting:
            return False
        self._queue.put(work)
        return True

    def close(self) -> None:
        """End the threads, once all that waits is done."""
        for _ in range(self._count):
            self._queue.put(None)

    def _in_lane(self, work: Callable[[], None], name: str) -> bool:
        with self._lock:
            lane = self._lanes.setdefault(name, Lane())
            if lane.running >= self.lane_width:
                if len(lane.waiting) >= self.lane_waiting:
                    return False
                lane.waiting.append(work)
                return True
            if self._queue.qsize() >= self._waiting:
                return False
            lane.running += 1
        self._queue.put(lambda: self._run_lane(name, work))
        return True

    def _run_lane(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._lock:
                lane = self._lanes[name]
                following = lane.waiting.popleft() if lane.waiting else None
                lane.running -= following is None
                if not lane.running:
                    del self._lanes[name]
            if following is not None:
                self._queue.put(lambda: self._run_lane(name, following))

    def _serve(self) -> None:
        while True:
            work = self._queue.get()
            if work is None:
                return
            try:
                work()
            except BaseException:
                log.exception("a thread of the server failed")
            del work


def capacity(svcs_container: Any) -> Capacity:
    """Return how many threads may work on requests and streams at the same time."""
    return Capacity(svcs_container.get(Settings).threads + LOOKERS)
