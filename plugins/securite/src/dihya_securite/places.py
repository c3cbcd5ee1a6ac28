"""Who may wait for a password to be hashed: few, and none of them takes the places of the others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dihya_hookspecs import DihyaError

EACH = 2
"""One caller has half of the places at most, and one at least."""
RETRY = 1
"""Seconds after which a place may be free again."""


class Places:
    """Hands out the places of those who wait for a hash, before anything was done for them.

    Strangers share *most* places; whoever signs in from an address, or to an account, has a part of them at most. People who are
    known (by a browser of theirs, or signed in already) have as many again of their own, so that no stranger keeps them out.
    """

    def __init__(self, most: int) -> None:
        self.most, self.each = most, max(1, most // EACH)
        self._taken: Counter[str] = Counter()
        self._strangers = self._known = 0
        self._lock = threading.Lock()

    @contextmanager
    def take(self, *callers: str, known: bool = False) -> Iterator[None]:
        """Hold a place, counted for each of *callers*. Raises DihyaError (503, ``busy``) where there is none."""
        with self._lock:
            if self._is_full(known) or any(self._taken[caller] >= self.each for caller in callers):
                raise busy()
            self._count(callers, known, 1)
        try:
            yield
        finally:
            with self._lock:
                self._count(callers, known, -1)

    def is_full(self) -> bool:
        """Tell whether there is no place for a stranger, whoever it is."""
        return self._is_full(False)

    def _is_full(self, known: bool) -> bool:
        return (self._known if known else self._strangers) >= self.most

    def _count(self, callers: tuple[str, ...], known: bool, number: int) -> None:
        if known:
            self._known += number
        else:
            self._strangers += number
        for caller in callers:
            self._taken[caller] += number
            if not self._taken[caller]:
                del self._taken[caller]


def busy() -> DihyaError:
    """The answer to who finds no place: later."""
    return DihyaError(
        "too many people are signing in at this moment; try again",
        code="busy",
        status=503,
        headers={"Retry-After": str(RETRY)},
    )
