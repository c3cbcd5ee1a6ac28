"""What a hook call costs, against plain pluggy, interleaved in one run. CPU time, best of the batches."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from types import SimpleNamespace

from dihya_core.hooks.caller import HookCaller
from dihya_hookspecs import hookimpl

BATCHES, CALLS = 25, 2000
TARGET = 0.15


def plugin() -> SimpleNamespace:
    """Return a plugin that implements one hot hook and does nothing in it."""

    @hookimpl
    def on_response(request: object, response: object) -> None:
        return None

    return SimpleNamespace(on_response=on_response)


def batch(call: Callable[[], object]) -> float:
    """Return the CPU microseconds of one call."""
    start = process_time()
    for _ in range(CALLS):
        call()
    return (process_time() - start) / CALLS * 1e6


def measure(count: int) -> tuple[float, float, float]:
    """Return the microseconds of one call with *count* implementations: plain pluggy, a bare guarded loop, and ours."""
    hook_caller = HookCaller()
    for number in range(count):
        hook_caller.register(f"p{number}", plugin())
    hook_caller.freeze()
    ours, plain = hook_caller.hooks["on_response"], hook_caller.manager.hook.on_response
    functions = tuple(function for _, function in ours.implementations)
    best = [float("inf")] * 4

    def bare(*values: object) -> None:
        for function in functions:
            try:
                function(*values)
            except Exception:
                raise

    def through_the_gate() -> None:
        if call := ours.call:
            call(1, 2)

    gc.disable()
    for _ in range(BATCHES):
        for place, call in enumerate(
            (lambda: None, lambda: plain(request=1, response=2), lambda: bare(1, 2), through_the_gate)
        ):
            best[place] = min(best[place], batch(call))
    gc.enable()
    return best[1] - best[0], max(best[2] - best[0], 0.0), max(best[3] - best[0], 0.0)


def main() -> int:
    """Print the table; exit code 1 when the target is missed."""
    print("| implementations | plain pluggy, µs | bare loop, µs | Dihya, µs | watching one call, µs |")
    print("|---|---|---|---|---|")
    watching = 0.0
    for count in (0, 1, 10, 40):
        plain, bare, ours = measure(count)
        watching = max(ours - bare, 0.0) / max(count, 1)
        print(f"| {count} | {plain:.2f} | {bare:.2f} | {ours:.2f} | {watching:.3f} |")
    print(
        f"\ntarget: counting and timing a call costs at most {TARGET} µs: {'met' if watching <= TARGET else 'missed'}"
    )
    return int(watching > TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
