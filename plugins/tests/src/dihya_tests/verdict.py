"""What only the outside can say of a run: that every test ran and was told truly, that it ended by itself, offline.

A test can always lie about itself: its author wrote it. What it cannot do is hide another test, a failure that must
happen, an attempt to leave the machine, or its own end.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dihya_hookspecs.generation import Check

from . import titles
from .pipe import END, REFUSED
from .sandbox import NOT_RUN, Ending, Limits


def witnessed(ending: Ending) -> list[Check]:
    """The lines that a run left on its pipe, without a last one that was cut off."""
    found: list[Check] = []
    for line in ending.witness.splitlines():
        try:
            found.append(Check(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def inspected(ending: Ending, log: Path) -> list[Check]:
    """What was seen from inside, and a failed line when the looking ended before its end."""
    lines = witnessed(ending)
    seen = [line for line in lines if line.name not in (END, REFUSED)]
    if any(line.name == END for line in lines):
        return seen
    flaw = ending.stopped or f"the inspection ended with exit code {ending.code}: {_tail(log)}"
    return [*seen, Check(titles.ENTRY_POINT, False, ending.seconds, flaw)]


def judge(
    ending: Ending, inspection: Ending, expected: Sequence[str], control: str, limits: Limits, log: Path
) -> list[Check]:
    """Return a line for each test, and the lines about the run as a whole.

    Args:
        expected: the node ids of the tests that stand in the files.
        control: the node id of the test that must fail.
    """
    lines = witnessed(ending)
    tests = [line for line in lines if line.name not in (END, REFUSED) and not line.name.startswith(control)]
    told = any(line.name == control and not line.passed for line in lines)
    complete = any(line.name == END for line in lines)
    flaw = _flaw(ending, tests, expected, limits, log, told=told, complete=complete)
    passed = flaw or titles.line(titles.TESTS_PASS, True, ending.seconds, titles.COUNT, count=_count(tests))
    return [*tests, passed, _network([ending, inspection]), _limits(ending, limits)]


def _flaw(
    ending: Ending,
    tests: Sequence[Check],
    expected: Sequence[str],
    limits: Limits,
    log: Path,
    *,
    told: bool,
    complete: bool,
) -> Check | None:
    """Return the first reason why the run proves nothing, as a failed line."""

    def line(message: str, **values: object) -> Check:
        return titles.line(titles.TESTS_PASS, False, ending.seconds, message, **values)

    failed = [one for one in tests if not one.passed]
    missing = [name for name in expected if not any(_is(name, one.name) for one in tests)]
    if ending.stopped:
        return _stopped(titles.TESTS_PASS, ending, limits)
    if ending.code == NOT_RUN and ending.open:
        return line(titles.NOT_ISOLATED, missing=ending.open)
    if broken := [one.name for one in failed if "::" not in one.name]:
        return line(titles.NOT_LOADED, names=", ".join(broken[:5]))
    if failed:
        return line(titles.SOME_FAILED, failed=len(failed), count=_count(tests))
    if ending.code not in (0, 1):
        return line(titles.EXIT, code=ending.code, said=_tail(log))
    if not complete:
        return line(titles.CUT_OFF)
    if not tests:
        return line(titles.NO_TEST)
    if missing:
        return line(titles.LEFT_OUT, names=", ".join(missing[:5]))
    return None if told else line(titles.BLIND)


def _is(expected: str, name: str) -> bool:
    return name == expected or name.startswith(f"{expected}[")


def _count(tests: Sequence[Check]) -> int:
    return sum(1 for line in tests if "::" in line.name)


def _network(endings: Sequence[Ending]) -> Check:
    """Say what tried to leave the machine: the targets that Python saw, and the attempts that the kernel counted."""
    targets = sorted({line.detail for ending in endings for line in witnessed(ending) if line.name == REFUSED})
    counts = [ending.attempts for ending in endings]
    if targets:
        return titles.line(titles.NO_NETWORK, False, 0.0, titles.TRIED, targets=", ".join(map(repr, targets[:10])))
    if any(counts):
        return titles.line(titles.NO_NETWORK, False, 0.0, titles.TRIED_SOMEWHERE, count=sum(one or 0 for one in counts))
    if None in counts:
        return titles.line(titles.NO_NETWORK, False, 0.0, titles.NOT_COUNTED)
    return titles.line(titles.NO_NETWORK, True, 0.0, titles.QUIET)


def _limits(ending: Ending, limits: Limits) -> Check:
    if ending.stopped:
        return _stopped(titles.LIMITS, ending, limits)
    return titles.line(
        titles.LIMITS, True, ending.seconds, titles.USED, took=f"{ending.seconds:.1f}", limit=f"{limits.seconds:g}",
        peak=round(ending.peak_mb), memory=limits.memory_mb,
    )  # fmt: skip


def _stopped(title: str, ending: Ending, limits: Limits) -> Check:
    """Return a failed line that says at which limit the sandbox ended the run."""
    if "memory" in ending.stopped:
        return titles.line(title, False, ending.seconds, titles.TOO_MUCH, memory=limits.memory_mb)
    return titles.line(title, False, ending.seconds, titles.TOO_LONG, limit=f"{limits.seconds:g}")


def _tail(log: Path) -> str:
    """The last words of a run that failed before its first test."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
    return lines[-1][:300] if lines else "it said nothing"
