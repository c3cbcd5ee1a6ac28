"""Applications that are started once a run."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import SYSTEM
from sqlalchemy import text

started: list[object] = []


def fill(app):
    """Count the starts, and leave a row and a file."""
    started.append(app)
    app.data.joinpath("note.txt").write_text("as it was")
    with app.act("test.fill", actor=SYSTEM) as act:
        act.session.execute(text("CREATE TABLE kept_notes (word TEXT)"))
        act.session.execute(text("INSERT INTO kept_notes VALUES ('first')"))


@pytest.fixture
def words():
    """Return a function that gives the words of an application."""

    def read(app):
        with app.act("test.look", actor=SYSTEM) as act:
            return list(act.session.scalars(text("SELECT word FROM kept_notes")))

    return read


@pytest.mark.engine("sqlite")  # elsewhere each use is a new application
def test_the_next_use_finds_everything_as_it_was_prepared(same_app, words):
    """What was stored, written and removed in between is undone, and it is the same application."""
    app = same_app(prepare=fill)
    with app.act("test.change", actor=SYSTEM) as act:
        act.session.execute(text("INSERT INTO kept_notes VALUES ('second')"))
    app.data.joinpath("note.txt").write_text("changed")
    app.data.joinpath("more.txt").write_text("new")
    assert words(app) == ["first", "second"]
    again = same_app(prepare=fill)
    assert again is app and words(again) == ["first"]
    assert again.data.joinpath("note.txt").read_text() == "as it was"
    assert not again.data.joinpath("more.txt").exists()


def test_a_removed_file_is_there_again(same_app):
    """Also what a test takes away comes back."""
    same_app(prepare=fill).data.joinpath("note.txt").unlink()
    assert same_app(prepare=fill).data.joinpath("note.txt").read_text() == "as it was"


@pytest.mark.engine("sqlite")  # elsewhere each use is a new application
def test_it_is_started_once_for_the_same_plugins_and_preparation(same_app):
    """Other plugins, other settings and another preparation give another application."""
    count = len(started)
    app = same_app("audit", prepare=fill)
    assert same_app("audit", prepare=fill) is app and len(started) == count + 1
    assert same_app("audit") is not app
    assert same_app("audit", prepare=fill, config={"db": {"busy_timeout": 2}}) is not app


def test_on_postgresql_each_test_gets_a_new_one(same_app, monkeypatch):
    """A copy of SQLite would not do there."""
    app = same_app(prepare=fill)
    monkeypatch.setenv("DIHYA_TEST_DB_URL", "")
    assert same_app(prepare=fill) is not app
