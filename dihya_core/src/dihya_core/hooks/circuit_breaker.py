"""Plugins that keep failing are tripped: left out, visible, remembered across processes, and re-armable."""

from __future__ import annotations

import json
import os
import tempfile
from collections import deque
from pathlib import Path
from threading import Lock
from time import monotonic, time


class CircuitBreaker:
    """Counts failures and holds the tripped plugins in ``<data>/tripped.json``.

    Args:
        folder: the data folder; None keeps the state in memory.
        limit, window: so many failures within so many seconds trip a plugin.
    """

    def __init__(self, folder: Path | None, limit: int = 5, window: float = 60.0) -> None:
        self._path = folder / "tripped.json" if folder else None
        self._limit, self._window = limit, window
        self._failures: dict[str, deque[float]] = {}
        self._lock = Lock()
        self._stamp: int | None = None
        self._checked = 0.0
        self.reasons: dict[str, str] = {}
        self.refresh(force=True)

    def failed(self, plugin: str, reason: str) -> bool:
        """Count a failure; return True when it trips the plugin."""
        now = monotonic()
        with self._lock:
            times = self._failures.setdefault(plugin, deque(maxlen=self._limit))
            times.append(now)
            if plugin in self.reasons or len(times) < self._limit or now - times[0] > self._window:
                return False
            self.reasons[plugin] = reason
            self._save()
            return True

    def rearm(self, plugin: str) -> bool:
        """Forget that a plugin was tripped; return False when it was not."""
        with self._lock:
            self._failures.pop(plugin, None)
            known = self.reasons.pop(plugin, None) is not None
            if known:
                self._save()
            return known

    def refresh(self, *, force: bool = False) -> bool:
        """Read what another process tripped or re-armed, once a second at most; return True when something changed."""
        now = monotonic()
        if self._path is None or (not force and now - self._checked < 1):
            return False
        self._checked = now
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        before = set(self.reasons)
        self.reasons = _load(self._path) if stamp else {}
        for plugin in before - set(self.reasons):
            self._failures.pop(plugin, None)
        return before != set(self.reasons)

    def _save(self) -> None:
        if self._path is None:
            return
        text = json.dumps({name: {"reason": reason, "at": int(time())} for name, reason in self.reasons.items()})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, self._path)
            self._stamp = self._path.stat().st_mtime_ns
        except OSError:
            return  # the state then lives in this process alone


def _load(path: Path) -> dict[str, str]:
    try:
        return {name: item["reason"] for name, item in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # a damaged note must not keep the application from starting; the failures will come again
