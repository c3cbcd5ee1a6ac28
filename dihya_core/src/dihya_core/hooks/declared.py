"""Functions that plugins declare, such as the content of a slot: counted and timed as hooks are, and done without when they fail."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, perf_counter
from typing import TypeVar

from dihya_hookspecs.slots import TimeBudget

from dihya_core.data.savepoints import isolated
from dihya_core.hooks.caller import HookCaller
from dihya_core.hooks.monitor import SECOND, HookMonitor, Record

_T = TypeVar("_T")


def guarded(
    caller: HookCaller,
    plugin: str,
    what: str,
    function: Callable[[], _T],
    budget_ms: float = 100.0,
    within: TimeBudget | None = None,
) -> _T | None:
    """Call a declared function, as ``dihya_hookspecs.app.Hooks`` promises.

    Who fails here does not trip: one card that nobody can draw is no reason to leave out everything else of a plugin.
    """
    monitor = caller.monitor
    record = monitor.record(plugin, what, budget_ms)
    if caller.silent(plugin) or record.rests_until > monotonic():
        return None
    if within is not None and within.over:
        _blame(monitor, within)
        return None
    record.calls += 1
    began = perf_counter()
    try:
        with isolated():
            return function()
    except BaseException as error:
        monitor.failed(record, error, "left out")
        return None
    finally:
        _timed(monitor, record, perf_counter() - began, within)


def _timed(monitor: HookMonitor, record: Record, took: float, within: TimeBudget | None) -> None:
    """Judge a call by what it took. It cannot be interrupted, so that the next pages are spared it instead."""
    first = record.calls == 1 and took * 1000 < SECOND
    if within is not None and not first:
        within.spend(record.plugin, record.hook, took)
    if took <= record.budget:
        record.rests = 0
        return
    if not first:
        monitor.rest(record)
    monitor.slow(record, took)


def _blame(monitor: HookMonitor, within: TimeBudget) -> None:
    """Let whoever took most of the time of a page rest, if it does not already, so that the next page has some for the others."""
    if within.longest is None:
        return
    took, plugin, what = within.longest
    within.longest = None
    record = monitor.record(plugin, what)
    if record.rests_until <= monotonic():
        monitor.rest(record)
        monitor.slow(record, took)
