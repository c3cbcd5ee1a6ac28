"""A pytest plugin for proofs: writes one JSON line for each test, and looks at the plugin from inside when all have run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take where to write and whom to look at."""
    group = parser.getgroup("dihya")
    group.addoption("--dihya-witness", help="file that receives one JSON line a test")
    group.addoption("--dihya-plugin", help="name of the plugin that is proven")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to write, when asked to."""
    if config.getoption("--dihya-witness"):
        config.pluginmanager.register(Witness(Path(config.getoption("--dihya-witness"))), "dihya-witness")


class Witness:
    """Writes what happened, as it happens, so that a killed run still says how far it came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = {}

    def write(self, name: str, passed: bool, seconds: float, detail: str = "") -> None:
        """Add one line."""
        line = {"name": name, "passed": passed, "seconds": round(seconds, 4), "detail": detail[:2000]}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails, errors or is skipped is a failed line: a proof skips nothing."""
        name = report.nodeid
        self.seconds[name] = self.seconds.get(name, 0.0) + report.duration
        if report.skipped:
            self.write(name, False, self.seconds[name], f"skipped: {_last(report)}")
        elif report.failed:
            self.write(
                name if report.when == "call" else f"{name} ({report.when})", False, self.seconds[name], _last(report)
            )
        elif report.when == "call":
            self.write(name, True, self.seconds[name])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be read is a failed line."""
        if report.failed:
            self.write(report.nodeid or "tests", False, 0.0, _last(report))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look at the installed plugin from inside."""
        from .inspection import inspect

        for check in inspect(session.config.getoption("--dihya-plugin")):
            self.write(check.name, check.passed, check.seconds, check.detail)


def _last(report: Any) -> str:
    """The end of a failure, where its reason stands."""
    text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    lines = [line for line in text.strip().splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith("E ")]
    return "\n".join((reasons or lines)[-6:])
