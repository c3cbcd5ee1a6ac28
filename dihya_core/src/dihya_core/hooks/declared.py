"""Functions that plugins declare, such as the content of a slot: counted and timed as hooks are, and done without when they fail."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, perf_counter
from typing import TypeVar

from dihya_core.data.savepoints import isolated
from dihya_core.hooks.caller import HookCaller

_T = TypeVar("_T")


def guarded(
    caller: HookCaller, plugin: str, what: str, function: Callable[[], _T], budget_ms: float = 100.0
) -> _T | None:
    """Call a declared function, as ``dihya_hookspecs.app.Hooks`` promises.

    Who fails here does not trip: one card that nobody can draw is no reason to leave out everything else of a plugin.
    """
    record, then = caller.monitor.record(plugin, what, budget_ms), monotonic()
    if caller.silent(plugin) or record.rests_until > then:
        return None
    record.calls += 1
    began = perf_counter()
    try:
        with isolated():
            return function()
    except BaseException as error:
        caller.monitor.failed(record, error, "left out")
        return None
    finally:
        if (took := perf_counter() - began) > record.budget:
            caller.monitor.slow(record, took)
