"""A mutant in the sandbox, and a good plugin."""

from pathlib import Path

import pytest
from dihya_tests.settings import Settings
from dihya_tests.suite import mutants, trial

FOLDER = Path(__file__).parents[1] / "mutants"
QUICK = (
    "no-py-typed",
    "wheel-of-another-folder",
    "builds-code",
    "misspelt-hook",
    "hook-that-goes",
    "a-test-sleeps",
    "no-author",
)


@pytest.mark.parametrize("name", QUICK)
def test_a_mutant_is_told_by_its_check(name, tmp_path):
    """Only that check and those that it needs are asked here."""
    (one,) = [each for each in mutants.read(FOLDER) if each.name == name]
    found = trial.mutant(one, FOLDER, tmp_path, Settings(), alone=True)
    assert (found.name, found.meant, found.flaw) == (name, one.caught_by, "")
    assert list(tmp_path.iterdir()) == []


def test_a_good_plugin_is_told_of_by_nobody(tmp_path):
    """In the column that reads it."""
    (shelf,) = [path for path in mutants.good(FOLDER) if path.name == "shelf"]
    assert trial.good(shelf, tmp_path, Settings(), column="cicd").flaw == ""
