"""The suite beside an author's own tests."""

import os
import subprocess
import sys

import pytest
from dihya_hookspecs import Invalid
from dihya_tests import contract
from dihya_tests.suite.registry import checks


@pytest.fixture
def author(folder, petit):
    """The folder of a small plugin, and what an author types there: returns what pytest said."""
    root = folder(petit)

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
        env = {**os.environ, "PYTHONPATH": "src", "COLUMNS": "300"}
        return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)

    run.root = root
    return run


def test_every_check_is_an_item_with_a_stable_name(author):
    """An author chooses with -k and reads the same names that dihya check prints."""
    said = author("--contract", "--collect-only", "-q").stdout
    assert {f"contract::{name}" for name in checks()} <= set(said.splitlines())
    assert "tests/test_models.py::test_has_a_table" in said


def test_a_column_alone_is_chosen_by_its_name(author):
    """Without the checks of other columns that it needs: those are run, and reported by whoever chooses them."""
    found = contract.Contract(author.root, "cicd, docs").names
    assert {name.partition(".")[0] for name in found} == {"cicd", "docs"}
    assert sorted(found) == sorted(name for name, one in checks().items() if one.column in ("cicd", "docs"))


def test_what_is_not_earned_fails_with_evidence_and_advice(author):
    """Only what was chosen is run, and each failure says what was found and what to do."""
    done = author("--contract=cicd", "-q", "-k", "typed or licence")
    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "contract: cicd.licence" in done.stdout
    assert f"→ {checks()['cicd.licence'].advice}" in done.stdout


@pytest.mark.parametrize(
    ("spoil", "option", "sentence"),
    [("", "--contract=beauty", "'beauty' is no column"), ("[project]\n", "--contract", "must declare one entry point")],
)
def test_what_cannot_be_checked_is_refused_in_one_sentence(author, spoil, option, sentence):
    """Nothing runs: neither a column that is none, nor a folder that is no plugin, passes for a clean plugin."""
    if spoil:
        (author.root / "pyproject.toml").write_text(spoil, "utf-8")
    done = author(option)
    assert (done.returncode, sentence in done.stderr) == (4, True), done.stderr


def test_what_could_not_be_asked_is_no_success(monkeypatch):
    """A check that was not asked fails the run, and an exemption is told with its reason."""
    from types import SimpleNamespace

    from dihya_hookspecs.i18n import Text
    from dihya_tests.suite.model import Outcome, Result

    def item(state, exempt=""):
        result = Result(checks()["cicd.typed"], Outcome(state, Text("why", "pourquoi")), 0.0, exempt)
        parent = SimpleNamespace(contract=SimpleNamespace(results={"cicd.typed": result}))
        return SimpleNamespace(name="cicd.typed", parent=parent)

    with pytest.raises(contract.NotEarned, match="not checked: why"):
        contract.CheckItem.runtest(item("not_checked"))
    with pytest.warns(UserWarning, match=r"cicd\.typed is exempt: it draws; it said: why"):
        contract.CheckItem.runtest(item("failed", "it draws"))


def test_what_a_check_warns_of_is_a_warning_of_the_run():
    """It fails no run, and an author who treats warnings as errors chose that."""
    from types import SimpleNamespace

    from dihya_tests.suite.model import Result, warned

    found = Result(checks()["cicd.typed"], warned(["x.py:3 uses 'a'"], "seen", "vu"), 0.0)
    parent = SimpleNamespace(contract=SimpleNamespace(results={"cicd.typed": found}))
    with pytest.warns(UserWarning, match=r"cicd\.typed: x\.py:3 uses 'a'"):
        contract.CheckItem.runtest(SimpleNamespace(name="cicd.typed", parent=parent))


def test_patience_reaches_the_run(author, monkeypatch):
    """As ``dihya check --patience`` does: every limit is multiplied."""
    told = {}

    def run(target, checks, root, settings, *, patience):
        told.update(checks=list(checks), patience=patience)
        return []

    monkeypatch.setattr("dihya_tests.suite.run.run", run)
    made = contract.Contract(author.root, "cicd", 4)
    made.wanted = ["cicd.typed"]
    assert made.results == {}
    assert told == {"checks": ["cicd.typed"], "patience": 4}


def test_inside_of_the_sandbox_there_is_no_contract():
    """The suite runs the plugin's own tests, and an option in pyproject.toml must not make it run itself."""
    from types import SimpleNamespace

    config = SimpleNamespace(pluginmanager=SimpleNamespace(hasplugin=lambda name: name == "dihya_tests.witness"))
    assert contract.begin(config) is None


def test_a_folder_that_is_no_plugin_has_no_contract(tmp_path):
    """It says so before anything runs."""
    with pytest.raises(Invalid, match=r"no pyproject\.toml"):
        contract.Contract(tmp_path)
