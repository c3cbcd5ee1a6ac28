"""Which tests a run leaves out."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_tests.selection import select, share_of
from hypothesis import given
from hypothesis import strategies as st

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


def collected(folder: Path, *options: str, text: str = TESTS) -> list[str]:
    """The tests that a run would have."""
    (folder / "test_club.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--co",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "dihya_tests.kit",
        *options,
        str(folder),
    ]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, env=alone)
    if done.returncode not in (0, 5):  # 5: nothing is left to run
        raise ValueError(done.stderr)
    return [line.rpartition("::")[2] for line in done.stdout.splitlines() if "::" in line]


def test_only_database_leaves_out_what_no_engine_can_change(tmp_path: Path) -> None:
    """A test that starts an application, be it by another fixture, stays."""
    assert collected(tmp_path, "--only-database") == ["test_with_an_application"]


def test_without_the_option_every_test_runs(tmp_path: Path) -> None:
    """Nothing is left out that nobody asked to leave out."""
    assert collected(tmp_path) == ["test_pure", "test_with_an_application"]


@pytest.mark.parametrize(("url", "left"), [("", "test_file"), ("postgresql://x", "test_server")])
def test_a_test_of_the_other_engine_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, left: str
) -> None:
    """One that both engines can answer stays."""
    monkeypatch.delenv("DIHYA_TEST_DB_URL", raising=False)
    if url:
        monkeypatch.setenv("DIHYA_TEST_DB_URL", url)
    marked = "\n@pytest.mark.engine('sqlite')\ndef test_file(): ...\n@pytest.mark.engine('postgresql')\ndef test_server(): ..."
    assert collected(tmp_path, text=TESTS + marked) == ["test_pure", "test_with_an_application", left]


def test_an_engine_that_is_none_is_refused(tmp_path: Path) -> None:
    """A misspelt one would leave the test out of every run."""
    with pytest.raises(ValueError, match="takes 'sqlite' or 'postgresql', not \\('mysql',\\)"):
        collected(tmp_path, text="import pytest\n@pytest.mark.engine('mysql')\ndef test_x(): ...\n")


@given(st.lists(st.text(min_size=1), unique=True), st.integers(1, 9))
def test_the_shares_together_are_every_test_once(names: list[str], parts: int) -> None:
    """What one share leaves out stands in exactly one of the others."""

    def share(number: int) -> list[str]:
        items = [SimpleNamespace(nodeid=name, get_closest_marker=lambda name: None) for name in names]
        given = {"--only-database": False, "--share": share_of(f"{number}/{parts}")}
        hook = SimpleNamespace(pytest_deselected=lambda items: None)
        select(SimpleNamespace(getoption=given.get, hook=hook), items)
        return [item.nodeid for item in items]

    assert sorted(name for number in range(parts) for name in share(number + 1)) == sorted(names)


@pytest.mark.parametrize("share", ["0/3", "4/3", "3", "a/b", "1/0", ""])
def test_a_share_that_cannot_be_is_refused(share: str) -> None:
    """A sweep of no tests would look like one that passed."""
    with pytest.raises(ArgumentTypeError, match="such as 1/4"):
        share_of(share)


def test_the_command_line_names_the_share_that_cannot_be(tmp_path: Path) -> None:
    """Nothing runs, and the option stands in the sentence."""
    with pytest.raises(ValueError, match="--share: a share is N/M with N from 1 to M, such as 1/4, not '4/3'"):
        collected(tmp_path, "--share", "4/3")
