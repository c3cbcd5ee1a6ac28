"""Health: every check in a thread and an act of its own, all at the same time, each with a limit."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import HealthCheck, HealthResult

from dihya_core.hooks.containment import described

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")
FRESH = 1.0
"""Seconds for which an answer is kept, so that asking often costs nothing."""


@dataclass(slots=True)
class _Probe:
    """One run of one check."""

    plugin: str
    check: HealthCheck
    result: HealthResult
    words: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    def run(self, acts: Acts) -> None:
        """Ask. An act that raises leaves an audit event; a failed question is an answer, not a failed act."""
        began, state, said = monotonic(), "failed", ""
        try:
            with acts.open(f"{self.plugin}.health", actor=SYSTEM):
                state, said = self._asked()
        except BaseException as error:
            said = self._failed(error)
        took = round((monotonic() - began) * 1000)
        self.result = replace(self.result, state=state, said=said, milliseconds=took)  # type: ignore[arg-type]

    def _asked(self) -> tuple[str, str]:
        try:
            return "ok", str(self.check.probe())
        except BaseException as error:  # a check that leaves the interpreter has failed, and nothing more
            return "failed", self._failed(error)

    def _failed(self, error: BaseException) -> str:
        self.words = f"{type(error).__name__}: {getattr(error, 'orig', error)}"
        if isinstance(error, DihyaError):
            return error.message
        return described(error, f"dihya_{self.plugin}")


class HealthChecks:
    """Asks the checks of all plugins; implements ``dihya_hookspecs.ops.Health``. One that hangs is not asked again
    before it has ended."""

    def __init__(self, runtime: Runtime, acts: Acts) -> None:
        self._runtime, self._acts = runtime, acts
        self._lock = threading.Lock()
        self._hanging: dict[tuple[str, str], _Probe] = {}
        self._last: dict[bool, tuple[float, list[HealthResult]]] = {}

    def ask(self, *, optional: bool = True) -> list[HealthResult]:
        """Return what each check says, after ``[dihya] probe_seconds`` at most."""
        with self._lock:
            at, known = self._last.get(optional, (-FRESH, []))
            if monotonic() - at < FRESH:
                return known
            checks = self._runtime.collected("register_health_checks")
            probes = [self._started(plugin, check) for plugin, check in checks if optional or check.critical]
            deadline = monotonic() + self._runtime.core.probe_seconds
            for probe in probes:
                if probe.thread:
                    probe.thread.join(max(0.0, deadline - monotonic()))
            self._hanging |= {(probe.plugin, probe.check.name): probe for probe in probes}
            results = _told_once(probes)
            self._last[optional] = (monotonic(), results)
            return results

    def _started(self, plugin: str, check: HealthCheck) -> _Probe:
        earlier = self._hanging.get((plugin, check.name))
        if earlier and earlier.thread and earlier.thread.is_alive():
            return earlier
        limit = f"no answer after {self._runtime.core.probe_seconds:g} s"
        probe = _Probe(plugin, check, HealthResult(plugin, check.name, "slow", check.critical, limit))
        probe.thread = threading.Thread(target=probe.run, args=(self._acts,), name=f"health-{check.name}", daemon=True)
        probe.thread.start()
        return probe


def _told_once(probes: list[_Probe]) -> list[HealthResult]:
    """Return the results; of several checks that fail for the same cause, the later ones name the first."""
    first: dict[str, str] = {}
    results = []
    for probe in probes:
        result = probe.result
        if result.state == "failed":
            known = first.setdefault(probe.words, result.name)
            if known == result.name:
                log.warning("health check %s of plugin %r failed: %s", result.name, result.plugin, probe.words)
            else:
                result = replace(result, same_as=known)
        results.append(result)
    return results
