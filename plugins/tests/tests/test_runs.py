"""``dihya marks``: records are written, doubted, made a page of, and signed."""

import json

import pytest
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import session
from dihya_tests.suite.model import failed, not_checked, passed
from dihya_tests.suite.run import Result


@pytest.fixture
def app(make_app, monkeypatch, petit, folder, tmp_path):
    """An installation beside a repository with one plugin; what its checks find is in ``app.bad``."""
    ran, bad, slow = [], set(), set()

    def run(target, wanted, root, settings, *, hide, heard, patience):
        ran.append(target.name)
        outcome = {True: failed("it broke", "cassé"), False: passed("seen", "vu")}
        late = not_checked(Text("no time", "pas le temps"))
        return [Result(one, late if name in slow else outcome[name in bad], 0.0) for name, one in wanted.items()]

    monkeypatch.setattr(session, "run", run)
    (tmp_path / "plugins").mkdir()
    folder(petit).rename(tmp_path / "plugins" / "petit")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "modules.toml").write_text('[[row]]\nmodule = "petit"\nrole = "Small"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    app = make_app("tests", "keys")
    app.ran, app.bad, app.slow = ran, bad, slow
    return app


def change(tmp_path):
    (tmp_path / "plugins" / "petit" / "src" / "dihya_petit" / "models.py").write_text("# changed\n", encoding="utf-8")


def test_what_has_a_record_is_not_run_again(app, tmp_path):
    """Unless its tests change, or it is named; each run writes its record."""
    assert app.cli("marks", "run").stdout == "petit: 9/9, 0 s\n"
    assert (app.cli("marks", "run").stdout, app.ran) == ("", ["petit"])
    with (tmp_path / "plugins" / "petit" / "tests" / "test_models.py").open("a") as file:
        file.write("\n")
    app.cli("marks", "run")
    assert len(app.ran) == 2


def test_no_run_is_begun_when_the_time_is_over(app):
    """What is left is named."""
    assert app.cli("marks", "run", "--minutes", "0").stdout == "not run in 0 minutes: petit\n"
    assert app.ran == []


def test_a_page_is_written_and_checked(app, tmp_path):
    """A changed page fails by its name, and a record about another wheel by the plugin's."""
    app.cli("marks", "run")
    assert app.cli("marks", "page").exit_code == 0
    assert app.cli("marks", "page", "--check").exit_code == 0
    page = tmp_path / "docs" / "modules.md"
    page.write_text(page.read_text().replace("✘", "✔") + "more", encoding="utf-8")
    refused = app.cli("marks", "page", "--check")
    assert refused.exit_code == 1 and "out of date in 'docs': modules.md" in refused.stderr
    change(tmp_path)
    refused = app.cli("marks", "page", "--check")
    assert refused.exit_code == 1 and "petit: the statement is about another wheel" in refused.stderr


def test_a_mark_that_is_not_earned_again_fails(app):
    """With the check and what it found; nothing is written."""
    app.cli("marks", "run")
    assert app.cli("marks", "again", "petit").exit_code == 0
    app.bad.add("docs.readme")
    again = app.cli("marks", "again", "petit")
    assert (again.exit_code, "docs.readme failed: it broke" in again.stderr) == (1, True)


def test_what_a_slow_machine_could_not_ask_takes_no_mark_away(app):
    """It is said, and the run goes well."""
    app.cli("marks", "run")
    app.slow.add("docs.readme")
    again = app.cli("marks", "again", "petit")
    assert (again.exit_code, again.stdout) == (0, "petit: docs.readme not_checked: no time\n")


def test_what_was_never_recorded_has_no_mark_to_lose(app):
    """It is said, and nothing is run; the page says the same, and is checked."""
    again = app.cli("marks", "again", "petit")
    assert (again.exit_code, again.stdout, app.ran) == (0, "petit: nothing is recorded\n", [])
    app.cli("marks", "page")
    assert app.cli("marks", "page", "--check").exit_code == 0


def test_a_record_that_cannot_be_read_fails_when_it_is_doubted(app, tmp_path):
    """It was changed by somebody, or cut off."""
    (tmp_path / "docs" / "statements").mkdir()
    (tmp_path / "docs" / "statements" / "petit.json").write_text("{}")
    again = app.cli("marks", "again", "petit")
    assert (again.exit_code, "petit.json' is no record" in again.stderr) == (1, True)


def test_a_release_is_signed_while_its_records_count(app, tmp_path):
    """By the key of this installation; each is a statement that can be verified."""
    app.cli("marks", "run")
    assert app.cli("marks", "sign", "--out", "signed").exit_code == 0
    said = json.loads((tmp_path / "signed" / "petit.json").read_text())
    assert session.statement.opened(json.dumps(said), set()).statement.subject.name == "petit"
    change(tmp_path)
    refused = app.cli("marks", "sign", "--out", "again")
    assert (refused.exit_code, list((tmp_path / "again").iterdir())) == (1, [])
