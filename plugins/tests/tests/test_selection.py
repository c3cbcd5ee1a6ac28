"""Which tests a run on another engine leaves out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = '''"""An author's tests."""

import pytest


@pytest.fixture
def club(make_app):
    return make_app()


def test_pure():
    """Touches nothing."""


def test_with_an_application(club):
    """By way of a fixture."""
'''


def collected(folder: Path, *options: str) -> list[str]:
    """The tests that a run would have."""
    (folder / "test_club.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "--co", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    return [line.rpartition("::")[2] for line in done.stdout.splitlines() if "::" in line]


def test_only_database_leaves_out_what_no_engine_can_change(tmp_path: Path) -> None:
    """A test that starts an application, be it by another fixture, stays."""
    assert collected(tmp_path, "--only-database") == ["test_with_an_application"]


def test_without_the_option_every_test_runs(tmp_path: Path) -> None:
    """Nothing is left out that nobody asked to leave out."""
    assert collected(tmp_path) == ["test_pure", "test_with_an_application"]
