"""A pytest plugin for proofs: says what became of each test, as it happens, on the pipe that the prover reads."""

from __future__ import annotations

import os
from typing import Any

import pytest
from dihya_hookspecs.generation import Check

from .pipe import END, WITNESS, Pipe
from .selection import ENGINE, engine_of, of_the_other_engine

LONGEST = 120
"""Characters of a test's name; the values of a parametrized test may be as long as a book."""


def pytest_configure(config: pytest.Config) -> None:
    """Begin to speak, in a proof."""
    if WITNESS in os.environ:
        config.pluginmanager.register(Witness(Pipe.of_environment()), "dihya-witness")


class Witness:
    """Says what happened, as it happens, so that a killed run still says how far it came."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe
        self.seconds: dict[str, float] = {}
        self.sentences: dict[str, str] = {}

    def say(self, name: str, passed: bool, detail: str = "") -> None:
        """Send one line."""
        self.pipe.write(Check(name, passed, round(self.seconds.get(name, 0.0), 4), detail[:2000]))

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Remember the sentence in which a test says what it expects."""
        words = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
        self.sentences[item.nodeid] = words.partition("\n")[0]

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Tell which tests are left to the other engine; what is left out for another reason stays missing."""
        for item in items:
            if of_the_other_engine(item):
                engine = engine_of(item)
                said = {"sentence": self.sentences.get(item.nodeid, ""), ENGINE: engine}
                self.pipe.write(Check(shortened(item.nodeid), True, 0.0, f"left to {engine}", values=said))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails, errors or is skipped is a failed line: a proof skips nothing."""
        name = shortened(report.nodeid)
        self.seconds[name] = self.seconds.get(name, 0.0) + report.duration
        if report.skipped:
            self.say(name, False, f"skipped: {_last(report)}")
        elif report.failed:
            self.say(name if report.when == "call" else f"{name} ({report.when})", False, _last(report))
        elif report.when == "call":
            self.say(name, True, self.sentences.get(report.nodeid, ""))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be read is a failed line."""
        if report.failed:
            self.say(report.nodeid or "tests", False, _last(report))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Say that this was the end."""
        self.say(END, True)


def shortened(name: str) -> str:
    """Return a node id with long values cut in the middle, so that a table of them can be read."""
    test, bracket, values = name.partition("[")
    room = max(LONGEST - len(test), 24)
    if len(values) <= room:
        return name
    return f"{test}{bracket}{values[: room - 12]}…{values[-11:]}"


def _last(report: Any) -> str:
    """The end of a failure, where its reason stands."""
    text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    lines = [line for line in text.strip().splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith("E ")]
    return "\n".join((reasons or lines)[-6:])
