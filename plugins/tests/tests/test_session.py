"""What an installation remembers of an unchanged plugin."""

import pytest
from dihya_tests.suite import session
from dihya_tests.suite.model import passed
from dihya_tests.suite.registry import checks
from dihya_tests.suite.run import Result


@pytest.fixture
def app(make_app, monkeypatch):
    """An installation in which every check passes at once."""
    ran = []

    def run(target, wanted, root, settings, *, hide, heard, patience):
        ran.append(target.parcel.sha256)
        return [Result(one, passed("seen", "vu"), 0.0) for one in wanted.values()]

    monkeypatch.setattr(session, "run", run)
    app = make_app("tests", "keys")
    app.ran = ran
    return app


def test_an_unchanged_plugin_is_not_run_again(app, petit, folder):
    """It says since when; --again runs it."""
    made = str(folder(petit))
    first = app.cli("check", made)
    second = app.cli("check", made)
    assert (first.exit_code, second.exit_code, len(app.ran)) == (0, 0, 1), first.output
    assert "unchanged since" in second.stdout and "unchanged since" not in first.stdout
    app.cli("check", made, "--again")
    assert len(app.ran) == 2


def test_a_changed_test_is_run_though_the_wheel_is_the_same(app, petit, folder):
    """The tests are no part of the wheel, and still what was judged."""
    app.cli("check", str(folder(petit)))
    petit["tests/test_models.py"] += "\n"
    app.cli("check", str(folder(petit)))
    assert len(app.ran) == 2 and len(set(app.ran)) == 1


def test_what_was_changed_on_the_disk_is_not_believed(app, petit, folder):
    """The report must be the one that was signed."""
    app.cli("check", str(folder(petit)))
    (kept,) = (app.data / "statements").glob("*/report.json")
    kept.write_text(kept.read_text().replace('"seen"', '"seen better"'), "utf-8")
    app.cli("check", str(folder(petit)))
    assert len(app.ran) == 2


def test_a_statement_is_written_and_verified(app, petit, folder, tmp_path):
    """Against the wheel, by the key of this installation; another wheel is refused."""
    made, file = str(folder(petit)), tmp_path / "statement.json"
    assert app.cli("check", made, "--statement", str(file)).exit_code == 0
    wheel = tmp_path / "dihya_petit.whl"
    wheel.write_bytes(b"another")
    refused = app.cli("check", str(wheel), "--verify", str(file))
    assert (refused.exit_code, "about another wheel" in refused.stderr) == (2, True)


def test_a_statement_of_one_column_is_refused(app, petit, folder, tmp_path):
    """Before anything is run."""
    done = app.cli("check", str(folder(petit)), "--column", "docs", "--statement", str(tmp_path / "s"))
    assert (done.exit_code, app.ran) == (2, [])
    assert checks()
