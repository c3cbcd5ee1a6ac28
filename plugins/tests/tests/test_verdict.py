"""What only the outside can say of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dihya_hookspecs.generation import Check
from dihya_tests import titles, verdict
from dihya_tests.sandbox import Ending, Limits

CONTROL = "tests/test_zz.py::test_must_fail"
GOOD = [
    {"name": "tests/test_a.py::test_a", "passed": True, "seconds": 0.1},
    {"name": "tests/test_a.py::test_b[1]", "passed": True, "seconds": 0.1},
    {"name": CONTROL, "passed": False, "seconds": 0.0, "detail": "wanted"},
    {"name": "end", "passed": True, "seconds": 0.0},
]
EXPECTED = ["tests/test_a.py::test_a", "tests/test_a.py::test_b"]
QUIET = Ending(0, "", 1.0, 50.0, {"files": ""}, attempts=0)


def judged(lines: list[dict], ending: Ending = replace(QUIET, code=1)) -> dict[str, Check]:
    """The verdict on a run that left these lines, by name."""
    ending = replace(ending, witness="\n".join(map(json.dumps, lines)))
    found = verdict.judge(ending, QUIET, EXPECTED, CONTROL, Limits(), Path("/nonexistent"))
    return {line.name: line for line in found}


def test_a_good_run_passes() -> None:
    """Each test has its line, and the test that had to fail has none."""
    found = judged(GOOD)
    assert all(line.passed for line in found.values())
    assert found[titles.TESTS_PASS].detail == "2 tests" and CONTROL not in found


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        ([], 0, "the run ended before its end"),
        (GOOD[:2], 0, "the run ended before its end"),
        ([GOOD[0], *GOOD[2:]], 1, "did not run: tests/test_a.py::test_b"),
        ([*GOOD[:2], GOOD[3]], 0, "a test that must fail did not"),
        ([*GOOD[:2], GOOD[2] | {"passed": True}, GOOD[3]], 0, "a test that must fail did not"),
        ([GOOD[0] | {"passed": False}, *GOOD[1:]], 1, "1 of 2 tests failed"),
        (
            [{"name": "tests/test_a.py", "passed": False, "seconds": 0.1}, GOOD[3]],
            2,
            "these files of tests cannot be loaded: tests/test_a.py",
        ),
        (GOOD[2:], 1, "no test ran"),
        (GOOD, 139, "exit code 139"),
        (GOOD, 125, "not isolated"),
    ],
)
def test_a_run_that_proves_nothing_fails(lines: list[dict], code: int, said: str) -> None:
    """A cut-off run, tests left out, a report that is always good, a bad end: each has its sentence."""
    ending = replace(QUIET, code=code, facets={"files": "read it"} if code == 125 else QUIET.facets)
    line = judged(lines, ending)[titles.TESTS_PASS]
    assert not line.passed and said in line.detail


def test_whom_the_code_wanted_to_reach_is_named() -> None:
    """A target that Python saw fails the line by name."""
    refused = {"name": "refused", "passed": False, "seconds": 0.0, "detail": "192.0.2.1"}
    line = judged([*GOOD, refused])[titles.NO_NETWORK]
    assert (line.passed, line.detail) == (False, "something tried to reach '192.0.2.1'")


@pytest.mark.parametrize(("attempts", "said"), [(3, "3 attempts to leave"), (None, "nobody could count")])
def test_what_the_kernel_counted_fails_the_line(attempts: int | None, said: str) -> None:
    """Attempts below Python count, and so does a run that nobody could watch."""
    line = judged(GOOD, replace(QUIET, code=1, attempts=attempts))[titles.NO_NETWORK]
    assert not line.passed and said in line.detail


@pytest.mark.parametrize(("stopped", "said"), [("it took longer than 180 seconds", "180 seconds"), ("it used more than 1500 MB of memory", "1500 MB")])  # fmt: skip
def test_a_limit_that_was_reached_is_said_twice(stopped: str, said: str) -> None:
    """The run is no proof, and it was not within its limits."""
    found = judged(GOOD, replace(QUIET, stopped=stopped))
    assert not found[titles.TESTS_PASS].passed and said in found[titles.LIMITS].message % found[titles.LIMITS].values


def test_an_inspection_that_ends_early_is_a_failed_line() -> None:
    """Whoever ends the process that looks at the plugin is not inspected, and not proven."""
    seen = verdict.inspected(
        replace(QUIET, witness=json.dumps({"name": "a", "passed": True, "seconds": 0.0})), Path("/no")
    )
    assert [(line.name, line.passed) for line in seen] == [("a", True), (titles.ENTRY_POINT, False)]
