"""Checks that share an application: each runs in a copy of the process, and finds the disk as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import hosting, inside
from dihya_tests.suite.model import Check, Outcome, failed, passed
from dihya_tests.suite.subject import Plugin

WORDS = Text("a", "a")


class Sparing:
    """A plugin whose application is a folder with one file."""

    sparing = True

    def __init__(self, place: Path) -> None:
        self.place, self.remembered = place, list[str]()

    def hosting(self, data):
        """Give the folder."""
        from contextlib import nullcontext

        data.mkdir()
        (data / "rows").write_text("first")
        self.data, self.starts = data, os.getpid()
        return nullcontext()


def writes(plugin) -> Outcome:
    """Change the disk and the memory; fail where another check's change is seen."""
    rows = (plugin.data / "rows").read_text()
    if rows != "first" or plugin.remembered:
        return failed(f"found {rows} {plugin.remembered}", "")
    (plugin.data / "rows").write_text("changed")
    plugin.remembered.append("changed")
    return passed("clean", "", host=plugin.starts)


def crashes(plugin) -> Outcome:
    """End the process."""
    os._exit(3)


def hangs(plugin) -> Outcome:
    """Never answer."""
    while True:
        pass


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Return a function that asks checks which share: name → outcome."""

    def ask(*functions, seconds=20.0):
        found = [
            Check(f"docs.{number}", WORDS, function, WORDS, seconds=seconds, shared=True)
            for number, function in enumerate(functions)
        ]
        monkeypatch.setattr(hosting, "checks", lambda: {one.name: one for one in found})
        start = inside.Starter(Sparing(tmp_path))
        try:
            return [
                outcome
                for _, outcome in sorted((name, outcome) for name, outcome, _ in inside.supervised(found, start, {}))
            ]
        finally:
            start.end()

    return ask


def test_each_check_finds_memory_and_disk_as_they_were(asked):
    """Five checks that all change what they find; none sees what another one did, and two processes started for all."""
    found = asked(*[writes] * 5)
    assert [(one.state, one.evidence.en) for one in found] == [("passed", "clean")] * 5
    assert len({one.data["host"] for one in found}) <= inside.WORKERS


def test_a_check_that_crashes_concerns_itself_only(asked):
    """It has no answer; those after it have theirs."""
    found = asked(crashes, writes, writes)
    assert [one.state for one in found] == ["not_checked", "passed", "passed"]
    assert "ended with 3 and no answer" in found[0].evidence.en


def test_a_check_that_hangs_is_ended_at_its_limit(asked):
    """Its process and its copies go, and the next checks get a new one."""
    found = asked(hangs, hangs, writes, seconds=1.0)
    assert [one.state for one in found[:2]] == ["not_checked"] * 2
    assert "longer than 1 seconds" in found[0].evidence.en


def test_a_plugin_that_is_not_sparing_shares_nothing(monkeypatch, tmp_path):
    """Of anybody's plugin each check has a process of its own."""
    monkeypatch.setattr(inside, "Host", None)
    plugin = Plugin("petit", tmp_path)
    one = Check("docs.own", WORDS, lambda plugin: passed("own", ""), WORDS, shared=True)
    assert [outcome.state for _, outcome, _ in inside.supervised([one], inside.Starter(plugin), {})] == ["passed"]
