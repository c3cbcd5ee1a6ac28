"""How many audited, durable acts a second one process commits: with one caller, with 16, with 64.

An act adds one record to an audited table; it is over when the change and its entry in the log are on the disk.
``python -m tests.bench.acts postgresql`` commits to a server from the wheel instead of SQLite.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter
from types import SimpleNamespace
from typing import Any

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.data import Database, Record, impersonal
from dihya_tests import schema
from sqlalchemy import String, create_engine
from sqlalchemy.orm import Mapped

from dihya_core import create_app

SECONDS, ROUNDS = 3.0, 3
GOALS = {1: 3000, 16: 5000, 64: 5000}
SLOWEST_MS = 25.0


class Note(Record):
    """What each act adds."""

    __tablename__ = "bench_notes"
    text: Mapped[str] = impersonal("a note", String(80))


def measured(app: Any, callers: int) -> tuple[float, float]:
    """Return acts a second, and milliseconds within which 99 of 100 were over."""
    taken: list[list[float]] = [[] for _ in range(callers)]
    until = monotonic() + SECONDS

    def act(times: list[float]) -> None:
        while monotonic() < until:
            began = perf_counter()
            with app.acts.open("bench.note", actor=SYSTEM) as one:
                one.session.add(Note(text="a note"))
            times.append((perf_counter() - began) * 1000)

    threads = [threading.Thread(target=act, args=(times,)) for times in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [time for times in taken for time in times]
    return len(every) / SECONDS, quantiles(every, n=100)[98]


def main(url: str = "") -> int:
    """Print the table; 1 when a goal is missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        plugin = SimpleNamespace(__name__="dihya_bench", __doc__="Notes.", register_routes=hookimpl(lambda: []))
        app = create_app(
            only={"db", "audit", "keys"}, environ={},
            given={"dihya": {"data": str(Path(folder))}, "db": {"url": url, "max_overflow": max(GOALS)}},
            plugins={"bench": plugin},
        )  # fmt: skip
        with app.acts.open("bench.setup", actor=SYSTEM) as one:
            engine, info = create_engine(one.get(Database).engine.url), one.get(AppInfo)
        schema.make(
            engine, dict(info.folders), {plugin.name for plugin in info.plugins}
        )  # the application's own engine audits
        engine.dispose()
        print("| callers | acts a second | p99, ms | goal |\n|---|---|---|---|")
        for callers, goal in GOALS.items():
            rates, slowest = zip(*(measured(app, callers) for _ in range(ROUNDS)), strict=True)
            good = median(rates) >= goal and median(slowest) <= SLOWEST_MS
            told = "met" if good else "**missed**"
            print(
                f"| {callers} | {median(rates):,.0f} | {median(slowest):.0f} | {goal:,} in {SLOWEST_MS:.0f} ms: {told} |"
            )
            missed += not good
    return int(bool(missed))


def served() -> int:
    """Print the table of a real PostgreSQL."""
    from dihya_tests.postgresql import Server

    server = Server()
    try:
        return main(server.url)
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(served() if sys.argv[1:] == ["postgresql"] else main())
