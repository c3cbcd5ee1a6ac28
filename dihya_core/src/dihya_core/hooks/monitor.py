"""How the hooks of each plugin fare: which calls fail or are slow, said by name in the log, here and in other processes."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, time
from typing import Any

from dihya_hookspecs.app import Trouble
from dihya_hookspecs.folders import replace

from dihya_core.hooks.containment import described, left
from dihya_core.hooks.elsewhere import Elsewhere, heard, told

log = logging.getLogger("dihya.core")
LAST = 12  # a plugin is judged by so many of its last calls
SLOW = 3  # and is called slow when so many of them were
QUIET = 60.0  # seconds between two lines about the same hook of the same plugin
SECOND = 1000.0  # milliseconds: so long is slow, whoever it is and however seldom
REST = 2.0
"""Seconds for which a function that a page can do without is left out once it was slow; each time twice as long."""
LONGEST_REST = 3600.0


def _last() -> deque[int]:
    return deque(maxlen=LAST)


@dataclass(slots=True)
class Record:
    """The calls of one plugin's implementation of one hook; failures and slow calls are kept by their number."""

    plugin: str
    hook: str
    budget: float = float("inf")
    calls: int = 0
    failures: deque[int] = field(default_factory=_last)
    slow: deque[int] = field(default_factory=_last)
    error: str = ""
    milliseconds: float = 0.0
    told: dict[str, float] = field(default_factory=dict)
    rests: int = 0
    rests_until: float = 0.0

    def troubles(self) -> list[Trouble]:
        """Return what is wrong with the last calls."""
        calls = min(self.calls, LAST)
        failed, slow = (sum(1 for number in kept if number > self.calls - LAST) for kept in (self.failures, self.slow))
        found = [Trouble("failing", self.hook, failed, calls, self.error)] if failed else []
        if slow >= SLOW or (slow and (self.rests or self.milliseconds >= SECOND)):
            found.append(Trouble("slow", self.hook, slow, calls, f"{self.milliseconds:.0f} ms"))
        return found


class HookMonitor:
    """Gathers the records of this process, and shares what is wrong through files in ``<data>/monitor``.

    Args:
        folder: the data folder; None shares nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.records: dict[tuple[str, str], Record] = {}
        self._folder = folder / "monitor" if folder else None
        self.elsewhere = Elsewhere(self._folder)
        self._published, self._written, self._looked = "{}", float("-inf"), float("-inf")
        self._dirty = False
        self._later: threading.Timer | None = None
        self._request = threading.local()

    def record(self, plugin: str, hook: str, budget_ms: float = float("inf")) -> Record:
        """Return the record of one implementation."""
        return self.records.setdefault((plugin, hook), Record(plugin, hook, budget_ms / 1000))

    def failed(self, record: Record, error: BaseException, consequence: str) -> None:
        """Count a failure of the call that is running; say so in the log, once a minute for the same hook."""
        record.failures.append(record.calls)
        record.error = described(error, f"dihya_{record.plugin}")
        if self._due(record, "failing"):
            (trouble,) = [item for item in record.troubles() if item.kind == "failing"]
            log.error("plugin %r is %s; %s", record.plugin, trouble, consequence, exc_info=error)
        self._dirty = True
        self.publish()

    def slow(self, record: Record, seconds: float) -> None:
        """Count a call that took longer than the hook's budget; say so in the log, once a minute."""
        record.slow.append(record.calls)
        record.milliseconds = seconds * 1000
        if (calls := getattr(self._request, "calls", None)) is not None:
            calls.append(f"plugin {record.plugin!r} took {seconds:.1f} s in {record.hook}")
        if any(item.kind == "slow" for item in record.troubles()) and self._due(record, "slow"):
            log.warning(
                "plugin %r took %.0f ms in %s; the budget is %.0f ms",
                record.plugin, record.milliseconds, record.hook, record.budget * 1000,
            )  # fmt: skip
        self._dirty = True
        self.publish()

    def rest(self, record: Record) -> None:
        """Leave a function out that a page can do without: each time that it is slow again, twice as long."""
        record.rests_until = monotonic() + min(REST * 2**record.rests, LONGEST_REST)
        record.rests = min(record.rests + 1, 20)

    def wrapped(self, record: Record, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return *function*, watched like a hook; its errors go on, and an exit of the interpreter becomes one."""

        def call(*values: Any) -> Any:
            record.calls += 1
            began = perf_counter()
            try:
                return function(*values)
            except BaseException as error:
                status = getattr(error, "status", getattr(error, "code", None))
                if not isinstance(error, Exception) or not isinstance(status, int) or status >= 500:
                    self.failed(record, error, "the request fails")
                raise left(error) from error.__cause__
            finally:
                if (took := perf_counter() - began) > record.budget:
                    self.slow(record, took)

        return call

    def begin(self) -> float:
        """Start to note the slow calls of one request; return the time."""
        self._request.calls = []
        return monotonic()

    def end(self, name: str, plugin: str, began: float, limit: float = 1.0) -> None:
        """Say who took the time of a request that lasted longer than *limit* seconds."""
        calls, self._request.calls = self._request.calls, None
        if (took := monotonic() - began) > limit:
            who = "; ".join(calls) or f"no hook was slow, so look at the view of plugin {plugin!r}"
            log.warning("%s took %.1f s: %s", name, took, who)

    def troubles(self) -> dict[str, list[Trouble]]:
        """Return by plugin what is wrong, on this machine and then on others that share its database."""
        found = self.here()
        for plugin, troubles in self.elsewhere.seen().items():
            found.setdefault(plugin, []).extend(troubles)
        return found

    def here(self) -> dict[str, list[Trouble]]:
        """Return by plugin what is wrong, in this process and in the others that share the data folder."""
        found = self._own()
        for path in sorted(self._folder.glob("*.json")) if self._folder else ():
            if path.stem != str(os.getpid()):
                for plugin, troubles in _read(path).items():
                    found.setdefault(plugin, []).extend(troubles)
        return found

    def publish(self, *, force: bool = False) -> None:
        """Write this process's part for the others, once a second at most and only when it changed.

        What has to wait is written a second later, even if nobody asks this process for anything again.
        """
        if self._folder is None:
            return
        # Without news there is only what time heals, and looking at every record costs more than a request.
        if not force and monotonic() - (self._written if self._dirty else self._looked) < 1:
            if self._dirty and (self._later is None or not self._later.is_alive()):
                self._later = threading.Timer(1, self.publish, kwargs={"force": True})
                self._later.daemon = True
                self._later.start()
            return
        self._dirty, self._looked = False, monotonic()
        if not self._changed():
            return
        self._written = monotonic()
        with contextlib.suppress(OSError):  # what is wrong is then seen in this process and in the log alone
            replace(self._folder / f"{os.getpid()}.json", self._published)

    def _changed(self) -> bool:
        """Tell whether there is something new to publish, and keep it."""
        before, self._published = self._published, told(self._own())
        return self._published != before

    def _own(self) -> dict[str, list[Trouble]]:
        """Return by plugin what is wrong in this process."""
        found: dict[str, list[Trouble]] = {}
        for record in list(self.records.values()):
            if troubles := record.troubles():
                found.setdefault(record.plugin, []).extend(troubles)
        return found

    def _due(self, record: Record, kind: str) -> bool:
        now = monotonic()
        if now - record.told.get(kind, -QUIET) < QUIET:
            return False
        record.told[kind] = now
        return True


def _read(path: Path) -> dict[str, list[Trouble]]:
    """Return what another process says, or nothing when it is gone."""
    try:
        os.kill(int(path.stem), 0)
        if time() - path.stat().st_mtime > 86400:
            raise ProcessLookupError
    except (ProcessLookupError, ValueError):
        path.unlink(missing_ok=True)
        return {}
    except PermissionError:
        pass  # somebody else's process, and alive
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return heard(path.read_text("utf-8"))
    return {}
