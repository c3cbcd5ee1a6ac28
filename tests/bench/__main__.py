"""Run the benchmarks: ``tox run -e bench`` for all, ``tox run -e bench -- hooks startup`` for some."""

from __future__ import annotations

import importlib
import sys

ALL = (
    "request",
    "acts",
    "hooks",
    "startup",
    "first_start",
    "choice",
    "sentences",
    "generation",
    "generations",
    "door",
    "kills",
    "events",
    "lists",
    "moving",
    "idle",
)


def main(names: list[str]) -> int:
    """Print each benchmark's table; exit code 1 when one misses its target."""
    missed = 0
    for name in names or ALL:
        print(f"\n## {name}\n", flush=True)
        missed |= importlib.import_module(f"tests.bench.{name}").main()
    return missed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
