"""Circuit breakers: a provider that keeps failing is left alone for a while, then asked once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from .settings import Settings

State = Literal["closed", "open", "half-open"]


class Breaker:
    """The breaker of one provider, shared by the threads of a process; *clock* gives monotonic seconds."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._results: deque[tuple[float, bool]] = deque()
        self._open_until: float | None = None
        self._probe_since: float | None = None

    def allows(self) -> bool:
        """Say whether the provider may be asked now; of all callers after the cool-down exactly one hears yes."""
        with self._lock:
            if self._open_until is None:
                return True
            now = self._clock()
            # A probe whose caller died without an answer is forgotten after another cool-down.
            if self._probe_since is not None and now - self._probe_since < self._settings.breaker_cooldown:
                return False
            if now < self._open_until:
                return False
            self._probe_since = now
            return True

    def succeeded(self) -> None:
        """The provider answered: a probe closes the breaker."""
        with self._lock:
            if self._open_until is not None:
                self._open_until = self._probe_since = None
                self._results.clear()
            self._note(True)

    def failed(self, retry_after: float | None = None) -> None:
        """The provider failed: enough of that opens the breaker, for *retry_after* at least; a failed probe reopens."""
        with self._lock:
            self._note(False)
            failures = sum(not good for _, good in self._results)
            enough = len(self._results) >= self._settings.breaker_requests
            if self._open_until is None and not (
                enough and failures / len(self._results) >= self._settings.breaker_failures
            ):
                return
            self._open_until = self._clock() + max(self._settings.breaker_cooldown, retry_after or 0.0)
            self._probe_since = None

    def spared(self) -> None:
        """The provider was not asked after all, so this says nothing; a probe may be made by somebody else."""
        with self._lock:
            self._probe_since = None

    def reset(self) -> None:
        """Close the breaker and forget."""
        with self._lock:
            self._results.clear()
            self._open_until = self._probe_since = None

    @property
    def state(self) -> State:
        """Return the state for people to see."""
        with self._lock:
            if self._open_until is None:
                return "closed"
            return "open" if self._clock() < self._open_until else "half-open"

    @property
    def seconds_left(self) -> float:
        """Return how long an open breaker stays so."""
        with self._lock:
            return max(0.0, self._open_until - self._clock()) if self._open_until is not None else 0.0

    def _note(self, good: bool) -> None:
        now = self._clock()
        self._results.append((now, good))
        while self._results and self._results[0][0] < now - self._settings.breaker_window:
            self._results.popleft()


class Breakers:
    """The breakers of this process, one a provider and model, made at first use."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: dict[tuple[str, str], Breaker] = {}
        self._lock = threading.Lock()

    def of(self, provider: str, model: str, settings: Settings) -> Breaker:
        """Return the breaker of a provider's model."""
        with self._lock:
            return self._made.setdefault((provider, model), Breaker(settings, self._clock))
