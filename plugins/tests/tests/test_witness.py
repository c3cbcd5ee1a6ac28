"""The witness: one line a test, whatever became of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from dihya_tests.witness import LONGEST, shortened

TESTS = """
import pytest

def test_good():
    '''It works.'''
def test_bad(): assert 1 == 2
def test_skipped(): pytest.skip("later")
@pytest.fixture
def broken(): raise ValueError("fixture")
def test_error(broken): pass
@pytest.mark.engine("postgresql")
def test_elsewhere():
    '''It works there.'''
@pytest.mark.engine("sqlite")
def test_here(): pass
"""
COMMAND = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "dihya_tests.kit",
    "-p",
    "dihya_tests.witness",
]
ALONE = {key: value for key, value in os.environ.items() if key != "DIHYA_TEST_DB_URL"}
ALONE["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def test_says_one_line_for_each_test(tmp_path: Path) -> None:
    """Passed, failed, skipped, broken and left tests are told apart, with reasons; the last line says it is the end."""
    (tmp_path / "test_some.py").write_text(TESTS)
    told, tells = os.pipe()
    env = {**ALONE, "PROOF_PIPE": str(tells)}
    command = [*COMMAND, "--rootdir", str(tmp_path), str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, env=env, pass_fds=(tells,), capture_output=True, timeout=60)
    os.close(tells)
    with open(told) as file:
        lines = [json.loads(line) for line in file]
    found = {line["name"].split("::")[-1]: (line["passed"], line["detail"]) for line in lines}
    assert found["test_good"] == (True, "It works.")
    assert found["test_bad"][0] is False and "1 == 2" in found["test_bad"][1]
    assert found["test_skipped"][0] is False and "later" in found["test_skipped"][1]
    assert found["test_error (setup)"][0] is False and "fixture" in found["test_error (setup)"][1]
    assert found["test_elsewhere"] == (True, "left to postgresql") and found["test_here"][0] is True
    assert lines[-1]["name"] == "end"


def test_is_silent_outside_of_a_proof(tmp_path: Path) -> None:
    """Without a pipe nothing is written."""
    (tmp_path / "test_some.py").write_text("def test_good(): pass\n")
    done = subprocess.run([*COMMAND, str(tmp_path)], cwd=tmp_path, env=ALONE, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".py" and path.is_file()] == []


def test_long_values_are_cut_in_the_middle() -> None:
    """The name of a test with a long value stays readable, and the begin and the end of the value are kept."""
    short, long = "tests/test_a.py::test_b[x-1]", f"tests/test_a.py::test_b[members-first_name-{'x' * 500}-last]"
    assert shortened(short) == short
    assert len(shortened(long)) <= LONGEST + 2
    assert shortened(long).startswith("tests/test_a.py::test_b[members-first_name-x") and shortened(long).endswith(
        "-last]"
    )
