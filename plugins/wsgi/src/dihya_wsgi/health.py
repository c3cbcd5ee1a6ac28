"""Can this process work? Every critical health check, each in a thread of its own and with a time limit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import HealthCheck

log = logging.getLogger("dihya.wsgi")
FRESH = 1.0
"""Seconds for which an answer is kept, so that asking often costs nothing."""


@dataclass(slots=True)
class Probe:
    """One run of one check; ``state`` is ``ok``, ``failed`` or, while it has not ended, ``slow``."""

    plugin: str
    check: HealthCheck
    state: str = "slow"
    milliseconds: int = 0
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The check, below the name of its plugin."""
        own = self.check.name == self.plugin or self.check.name.startswith(f"{self.plugin}.")
        return self.check.name if own else f"{self.plugin}.{self.check.name}"

    def run(self, acts: Acts) -> None:
        """Ask; what goes wrong is logged by type only, because a message may quote an address with a password."""
        began = monotonic()
        try:
            with acts.open("wsgi.health", actor=SYSTEM):
                # An act that raises leaves an audit event; a failed question is an answer, not a failed act.
                state = self._asked()
        except Exception as error:
            log.warning("health check %s could not run: %s", self.name, type(error).__name__)
            state = "failed"
        self.milliseconds = round((monotonic() - began) * 1000)
        self.state = state

    def _asked(self) -> str:
        try:
            self.check.probe()
        except Exception as error:
            log.warning("health check %s failed: %s", self.name, type(error).__name__)
            return "failed"
        return "ok"


class Readiness:
    """Asks the critical checks of all plugins. One that hangs is not asked again before it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hanging: dict[str, Probe] = {}
        self._last: tuple[float, list[Probe]] | None = None

    def ask(self, checks: Iterable[tuple[str, HealthCheck]], acts: Acts, seconds: float) -> list[Probe]:
        """Return one probe for each critical check, after *seconds* at most for each."""
        with self._lock:
            if self._last and monotonic() - self._last[0] < FRESH:
                return self._last[1]
            probes = [self._started(plugin, check, acts) for plugin, check in checks if check.critical]
            deadline = monotonic() + seconds
            for probe in probes:
                if probe.thread:
                    probe.thread.join(max(0.0, deadline - monotonic()))
            self._hanging = {probe.name: probe for probe in probes if probe.state == "slow"}
            self._last = (monotonic(), probes)
            return probes

    def _started(self, plugin: str, check: HealthCheck, acts: Acts) -> Probe:
        probe = Probe(plugin, check)
        earlier = self._hanging.get(probe.name)
        if earlier and earlier.thread and earlier.thread.is_alive():
            return earlier
        probe.thread = threading.Thread(target=probe.run, args=(acts,), name=f"health-{probe.name}", daemon=True)
        probe.thread.start()
        return probe
