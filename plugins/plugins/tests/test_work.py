"""How far a change of the plugins is, as every process can tell."""

from dataclasses import replace

from dihya_plugins.sentences import Sentence
from dihya_plugins.swap import alone
from dihya_plugins.work import new, reached, read, write


def test_a_change_is_told_with_who_is_at_it(tmp_path):
    """As long as its process holds the lock of installations."""
    assert read(tmp_path) is None
    write(tmp_path, new("install", "club", "0.2.0", "p1", "ab"))
    with alone(tmp_path, "Ann", "install club 0.2.0"):
        found = read(tmp_path)
    assert (found.state, found.who, found.by, found.step, found.digest) == ("running", "Ann", "p1", "look", "ab")
    assert found.steps[-1] == "server"


def test_a_change_whose_process_is_gone_was_interrupted(tmp_path):
    """One that had ended by then was not."""
    change = new("purge", "club", "0.2.0", "p1")
    write(tmp_path, change)
    with alone(tmp_path, "Ann", "purge club"):
        pass
    assert read(tmp_path).state == "interrupted" and read(tmp_path).who == ""
    write(tmp_path, replace(change, state="failed", said="no room"))
    assert (read(tmp_path).state, read(tmp_path).said) == ("failed", "no room")


def test_a_record_that_cannot_be_read_is_none(tmp_path):
    """It only helps to follow a change."""
    write(tmp_path, new("undo", "club", "0.1.0", "p1"))
    (tmp_path / ".install" / "work.json").write_text('{"change": 1')
    assert read(tmp_path) is None


def test_the_outcome_is_reached_when_what_is_installed_is_what_was_wanted(make_app):
    """The version for who installs, absence for who takes out."""
    runtime = make_app("i18n").hooks
    version = runtime.plugins["i18n"].candidate.version
    assert reached(new("install", "i18n", version, ""), runtime)
    assert not reached(new("install", "i18n", "99", ""), runtime)
    assert not reached(new("purge", "i18n", version, ""), runtime)
    assert reached(new("uninstall", "club", "1", ""), runtime)


def test_why_it_failed_is_kept_as_it_can_be_said_in_any_language(tmp_path):
    """The sentence that was written comes back."""
    failed = replace(new("undo", "club", "0.1.0", "p1"), state="failed", said="x")
    write(tmp_path, failed, Sentence("%(file)r holds a file twice", {"file": "a.zip"}))
    assert read(tmp_path).said == "'a.zip' holds a file twice"
    write(tmp_path, failed, "no room")
    assert read(tmp_path).said == "no room"
