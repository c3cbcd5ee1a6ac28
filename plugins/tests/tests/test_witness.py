"""The witness: one line a test, whatever became of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TESTS = """
import pytest

def test_good(): pass
def test_bad(): assert 1 == 2
def test_skipped(): pytest.skip("later")
@pytest.fixture
def broken(): raise ValueError("fixture")
def test_error(broken): pass
"""


def test_writes_one_line_for_each_test(tmp_path: Path) -> None:
    """Passed, failed, skipped and broken tests are told apart, with reasons; the last line says it is the end."""
    (tmp_path / "test_some.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "dihya_tests.witness",
        "--rootdir",
        str(tmp_path),
    ]
    command += ["--dihya-witness", str(tmp_path / "lines"), "--dihya-plugin", "does_not_exist", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    lines = [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    found = {line["name"].split("::")[-1]: (line["passed"], line["detail"]) for line in lines}
    assert found["test_good"] == (True, "")
    assert found["test_bad"][0] is False and "1 == 2" in found["test_bad"][1]
    assert found["test_skipped"][0] is False and "later" in found["test_skipped"][1]
    assert found["test_error (setup)"][0] is False and "fixture" in found["test_error (setup)"][1]
    assert lines[-1]["name"] == "end"


def test_is_silent_when_not_asked(tmp_path: Path) -> None:
    """Without its option nothing is written."""
    (tmp_path / "test_some.py").write_text("def test_good(): pass\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "dihya_tests.witness",
        str(tmp_path),
    ]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).returncode == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".py" and path.is_file()] == []
