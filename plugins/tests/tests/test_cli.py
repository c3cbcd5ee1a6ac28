"""``dihya prove``: the proof on the command line."""

from __future__ import annotations

import json


def test_a_proven_plugin_exits_with_zero(make_app, petit, folder) -> None:
    """Each line is printed, and the exit code is 0."""
    result = make_app("tests").cli("prove", str(folder(petit)))
    assert result.exit_code == 0, result.output
    assert "ok   tests/test_models.py::test_has_a_table" in result.stdout
    assert result.stderr == "proven\n"


def test_json_is_one_object(make_app, petit, folder) -> None:
    """With --json one object stands on standard output, and a failed line gives exit code 1."""
    petit["README.md"] = "nothing"
    result = make_app("tests").cli("prove", str(folder(petit)), "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["passed"] is False
    assert {"the README has its sections", "the provenance is true"} == {
        line["name"] for line in report["checks"] if not line["passed"]
    }


def test_the_log_can_be_kept(make_app, petit, folder, tmp_path) -> None:
    """--log receives what the tests printed."""
    assert make_app("tests").cli("prove", str(folder(petit)), "--log", str(tmp_path / "log")).exit_code == 0
    assert "2 passed" in (tmp_path / "log").read_text()


def test_an_empty_folder_is_an_error(make_app, tmp_path) -> None:
    """A folder without plugin gives one message and exit code 1; one that does not exist is a usage error."""
    app = make_app("tests")
    result = app.cli("prove", str(tmp_path))
    assert result.exit_code == 1 and "no pyproject.toml" in result.stderr
    assert app.cli("prove", str(tmp_path / "none")).exit_code == 2


def test_check_prints_the_marks_and_says_by_its_exit_code_whether_all_are_earned(make_app, petit, folder, tmp_path):
    """A table for people, JSON for programs, JUnit for build servers."""
    made = folder(petit)
    result = make_app("tests").cli("check", str(made), "--column", "extensible", "--junit", str(tmp_path / "out.xml"))
    assert (result.exit_code, "✔ Extensible" in result.stdout) == (0, True), result.stdout
    assert b"testsuite" in (tmp_path / "out.xml").read_bytes()


def test_check_refuses_what_is_no_plugin_with_exit_code_2(make_app, tmp_path):
    """One sentence, and a column that is none too."""
    app = make_app("tests")
    result = app.cli("check", str(tmp_path))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "no pyproject.toml" in result.stderr
    assert app.cli("check", str(tmp_path), "--column", "beauty").exit_code == 2


def test_check_lists_what_it_would_ask(make_app):
    """By name, in words."""
    result = make_app("tests").cli("check", "--list")
    assert "extensible.imports " in result.stdout


def test_the_table_of_mutants_is_kept(make_app, monkeypatch, tmp_path):
    """With every line; of one column there is no table, since it would be taken for all."""
    from dihya_tests.marks import trials
    from dihya_tests.suite import session
    from dihya_tests.suite.trial import Trial

    found = [Trial("commits", "audit.one-transaction", 4.0, ""), Trial("shelf", "", 9.0, "docs.readme failed")]
    monkeypatch.setattr(session, "tried", lambda *given: iter(found))
    app = make_app("tests")
    given = ("check", str(tmp_path), "--mutants", "--statement", str(tmp_path / "mutants.json"))
    result = app.cli(*given)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "1/2")
    assert [row.name for row in trials.read(tmp_path).rows] == ["commits", "shelf"]
    refused = app.cli(*given, "--column", "docs")
    assert (refused.exit_code, "leave --column out" in refused.stderr) == (2, True)
