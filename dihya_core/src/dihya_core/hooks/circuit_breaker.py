"""Plugins that keep failing are tripped: left out, visible, remembered across processes and machines, and re-armable."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic, time

from dihya_hookspecs.app import BreakerState, Trouble
from dihya_hookspecs.folders import replace

from dihya_core.hooks.monitor import HookMonitor

_LEAST = 0.001
"""Seconds by which a state is later than the one that it follows, whatever the clocks of two machines say."""


class CircuitBreaker:
    """Counts failures and holds the tripped plugins in ``<data>/tripped.json``; implements ``dihya_hookspecs.app.Breaker``.

    What one process does is a state with a moment, and the later of two states holds. So folders, and the database that
    machines share, are merged in any order and give the same.

    Args:
        folder: the data folder; None keeps the state in memory.
        limit, window: so many failures within so many seconds trip a plugin.
        monitor: knows which plugins fail or are slow.
        silence: told which plugins are not to be called, whenever these are others.
    """

    def __init__(
        self,
        folder: Path | None,
        limit: int = 5,
        window: float = 60.0,
        monitor: HookMonitor | None = None,
        silence: Callable[[set[str]], None] = lambda names: None,
    ) -> None:
        self._path = folder / "tripped.json" if folder else None
        self._limit, self._window = limit, window
        self._monitor, self._silence = monitor or HookMonitor(), silence
        self._failures: dict[str, deque[float]] = {}
        self._lock = Lock()
        self._stamp: int | None = None
        self._checked = 0.0
        self._states: dict[str, BreakerState] = {}
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
            self._set(plugin, True, reason)
            return True

    def rearm(self, plugin: str) -> bool:
        """Forget that a plugin was tripped; return False when it was not."""
        with self._lock:
            self._failures.pop(plugin, None)
            known = plugin in self.reasons
            if known:
                self._set(plugin, False)
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
            return False
        if stamp == self._stamp:
            return False
        with self._lock:
            self._stamp = stamp
            return self._take(_load(self._path))

    def troubles(self) -> Mapping[str, Sequence[Trouble]]:
        """What the processes of this data folder see wrong now."""
        return self._monitor.here()

    def elsewhere(self, seen: Mapping[str, Sequence[Trouble]]) -> None:
        """Say what other machines see."""
        self._monitor.elsewhere.keep(seen)

    def states(self) -> Sequence[BreakerState]:
        """Return what is known of every plugin that was ever tripped."""
        self.refresh(force=True)
        return tuple(self._states.values())

    def merge(self, states: Sequence[BreakerState]) -> None:
        """Take over what is later than what is known."""
        with self._lock:
            if self._take(states):
                self._save()

    def _set(self, plugin: str, tripped: bool, reason: str = "") -> None:
        if self._path is not None:
            self._take(_load(self._path))
        before = self._states.get(plugin)
        at = max(time(), before.at + _LEAST if before else 0.0)
        self._take([BreakerState(plugin, tripped, reason, at)])
        self._save()

    def _take(self, states: Iterable[BreakerState]) -> bool:
        before = set(self.reasons)
        for state in states:
            known = self._states.get(state.plugin)
            if known is None or known.at < state.at:
                self._states[state.plugin] = state
        self.reasons = {name: state.reason for name, state in self._states.items() if state.tripped}
        for plugin in before - set(self.reasons):
            self._failures.pop(plugin, None)
        if before != set(self.reasons):
            self._silence(set(self.reasons))
        return before != set(self.reasons)

    def _save(self) -> None:
        if self._path is None:
            return
        kept = {
            name: {"tripped": state.tripped, "reason": state.reason, "at": state.at}
            for name, state in self._states.items()
        }
        try:
            replace(self._path, json.dumps(kept))
            self._stamp = self._path.stat().st_mtime_ns
        except OSError:
            return  # the state then lives in this process alone


def _load(path: Path) -> list[BreakerState]:
    try:
        found = json.loads(path.read_text("utf-8"))
        return [
            BreakerState(name, bool(item["tripped"]), str(item["reason"]), float(item["at"]))
            for name, item in found.items()
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return []  # a damaged note must not keep the application from starting; the failures will come again
