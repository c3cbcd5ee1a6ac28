"""What was refused to nobody: counted and told once a minute, so that nobody can fill the log of what people do."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM

if TYPE_CHECKING:
    from dihya_core.data.acts import RuntimeActs

log = logging.getLogger("dihya.core")
SECONDS = 60


class AnonymousRefusals:
    """Counts refusals to requests without a known actor, by status and reason.

    Args:
        clock: returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._counts: Counter[str] = Counter()
        self._since = 0.0

    def count(self, status: int, error: BaseException | None) -> None:
        """Count one refusal."""
        reason = f"{status}_{error.code}" if isinstance(error, DihyaError) else str(status)
        with self._lock:
            self._since = self._since if self._counts else self._clock()
            self._counts[reason.replace("-", "_")] += 1

    def due(self) -> bool:
        """True when something was counted a minute ago or earlier."""
        return bool(self._counts) and self._clock() - self._since >= SECONDS

    def tell(self, acts: RuntimeActs) -> None:
        """Write one line and one audit event with the counts, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        facts: dict[str, Any] = dict(counts)
        if not facts:
            return
        said = ", ".join(f"{number} x {reason}" for reason, number in sorted(counts.items()))
        log.warning("refused to nobody since the last such line: %s", said)
        try:
            with acts.open("core.refused_to_nobody", actor=SYSTEM) as act:
                act.record("core.refused_to_nobody", outcome="refused", **facts)
        except Exception:
            log.exception("what was refused to nobody could not be audited")
