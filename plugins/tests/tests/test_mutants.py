"""The suite is tested too: every check has a plugin that it must catch."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text
from dihya_tests.settings import Settings
from dihya_tests.suite import mutants, trial
from dihya_tests.suite.model import Outcome, Result, warned
from dihya_tests.suite.registry import checks

FOLDER = Path(__file__).parents[1] / "mutants"
MUTANTS = mutants.read(FOLDER)
LINES = 'caught_by = "cicd.typed"\nwhy = "x"\n'


def test_every_check_has_a_mutant():
    """A check that nothing can make fail proves nothing."""
    assert mutants.without_mutant(MUTANTS) == []


@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_every_edit_changes_something(one, tmp_path):
    """A mutant that is the good plugin would be a false alarm of this table."""
    made = mutants.made(one, FOLDER, tmp_path)
    good = FOLDER / mutants.GOOD / one.base
    before = {path.relative_to(good): path.read_bytes() for path in good.rglob("*") if path.is_file()}
    assert before != {path.relative_to(made): path.read_bytes() for path in made.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("caught_by = [", "'bad.toml' cannot be read"),
        ('why = "x"', "'bad.toml' cannot be read"),
        ('caught_by = "docs.beauty"\nwhy = "x"\nedit = []', "meant for 'docs.beauty', which is no check"),
    ],
)
def test_a_mutant_that_cannot_be_read_is_refused(text, sentence, tmp_path):
    """It would be counted as caught or be left out."""
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=sentence):
        mutants.read(tmp_path)


def test_a_folder_without_mutants_is_refused(tmp_path):
    """Nothing of nothing would be caught."""
    with pytest.raises(Invalid, match="no mutants in"):
        mutants.read(tmp_path)


def test_an_edit_that_finds_nothing_is_refused(tmp_path):
    """The good plugin has changed, and the mutant did not follow."""
    one = mutants.Mutant("x", "cicd.typed", "x", [{"file": "README.md", "find": "no such words", "replace": ""}])
    with pytest.raises(Invalid, match="does not find 'no such words'"):
        mutants.made(one, FOLDER, tmp_path)


def said(**states):
    return [
        Result(checks()[name.replace("__", ".").replace("_", "-")], Outcome(state, Text("why", "x")), 0.0)
        for name, state in states.items()
    ]


def test_a_warning_of_the_right_check_tells_of_a_mutant_too():
    """What costs no mark has to be told all the same; a warning of another check is an alarm like any other."""
    one = mutants.Mutant("x", "cicd.typed", "x", [])
    told, alarm = (
        Result(checks()[name], warned(["why"], "seen", "vu"), 0.0) for name in ("cicd.typed", "cicd.licence")
    )
    assert mutants.misjudged(one, [told]) == ""
    assert mutants.misjudged(one, [told, alarm]) == "also told by cicd.licence: why"


@pytest.mark.parametrize(
    ("states", "flaw"),
    [
        ({"cicd__typed": "failed", "cicd__licence": "passed"}, ""),
        ({"cicd__typed": "failed", "extensible__starts": "not_checked"}, ""),
        ({"cicd__typed": "passed"}, "cicd.typed passed: why"),
        ({"cicd__typed": "not_checked"}, "cicd.typed not_checked: why"),
        ({"cicd__typed": "failed", "cicd__licence": "failed"}, "also told by cicd.licence: why"),
        ({"cicd__typed": "passed", "cicd__licence": "failed"}, "cicd.typed passed: why (told by cicd.licence: why)"),
        ({}, "cicd.typed not asked"),
    ],
)
def test_exactly_the_right_check_must_fail(states, flaw):
    """Another one that fails too is an alarm; what could not be asked because of it is none."""
    one = SimpleNamespace(caught_by="cicd.typed")
    assert mutants.misjudged(one, said(**states)) == flaw


@pytest.mark.exhaustive
@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_each_mutant_is_caught_by_its_check(one, tmp_path):
    """Asked alone, with what it needs; that no other check tells of it, ``tox run -e contract`` shows."""
    assert trial.mutant(one, FOLDER, tmp_path, Settings(), alone=True).flaw == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", mutants.good(FOLDER), ids=lambda path: path.name)
def test_good_plugins_raise_nothing(folder, tmp_path):
    """Every column is earned."""
    assert trial.good(folder, tmp_path, Settings()).flaw == ""
