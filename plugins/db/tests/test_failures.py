"""Every failure of the database is one sentence, without a password."""

from __future__ import annotations

import os
import re
import sqlite3

import pytest
from dihya_db.engine import build
from dihya_db.failures import sentence
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR, SYSTEM, Actor
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError


def failing(url: str, tmp_path, statement: str = "SELECT 1", **settings) -> DihyaError:
    engine = build(Settings(url=url, **settings), tmp_path)
    with pytest.raises(DihyaError) as caught, engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert "s3cret" not in caught.value.message
    return caught.value


def test_a_server_that_is_down(tmp_path):
    """PostgreSQL that does not answer is a 503 that names the server and asks to come back."""
    error = failing("postgresql://u:s3cret@127.0.0.1:1/n", tmp_path)
    assert (error.status, error.code) == (503, "database-unreachable") and error.headers["Retry-After"]
    assert "'n' on '127.0.0.1'" in error.message


def test_a_database_that_does_not_exist(tmp_path, postgres):
    """A missing database is said to be missing."""
    error = failing(postgres.set(database="nowhere").render_as_string(False), tmp_path)
    assert "does not exist" in error.message and error.status == 503


def test_a_user_that_does_not_exist(tmp_path, postgres):
    """A refused user is said to be refused."""
    error = failing(postgres.set(username="nobody_here").render_as_string(False), tmp_path)
    assert error.code == "database-credentials"


def test_a_folder_that_cannot_be_made(tmp_path):
    """A database file below something that is no folder cannot be created, and the sentence says so."""
    (tmp_path / "file").write_text("")
    error = failing(f"sqlite:///{tmp_path}/file/x.db", tmp_path)
    assert (error.status, error.code) == (503, "database-unreachable")


def test_a_file_that_is_no_database(tmp_path):
    """A file of another kind is named as such."""
    (tmp_path / "x.db").write_bytes(os.urandom(8192))
    error = failing(f"sqlite:///{tmp_path}/x.db", tmp_path)
    assert error.code == "database-corrupt" and "not a SQLite database" in error.message


def test_a_full_disk(tmp_path):
    """A write that finds no room is a 503 that says the disk is full."""
    engine = build(Settings(), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x BLOB)"))
        connection.execute(text("PRAGMA max_page_count = 10"))
        with pytest.raises(DihyaError, match="disk of the database .* is full"):
            connection.execute(text("INSERT INTO t VALUES (zeroblob(1000000))"))
    engine.dispose()


def test_a_writer_that_waits_in_vain(tmp_path):
    """Past the busy timeout a second writer gets a 503 that asks to try again."""
    engine = build(Settings(busy_timeout=0.05), tmp_path)
    with engine.begin() as first:
        first.execute(text("CREATE TABLE t (x INTEGER)"))
        with pytest.raises(DihyaError) as caught, engine.begin() as second:
            second.execute(text("CREATE TABLE u (x INTEGER)"))
    assert (caught.value.status, caught.value.code) == (503, "database-busy")
    engine.dispose()


def test_a_statement_that_fails_stays_what_it_is(tmp_path):
    """Errors of a statement are left to whoever wrote it."""
    engine = build(Settings(), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER UNIQUE)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
        with pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO t VALUES (1)"))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT nothing FROM nowhere"))
    engine.dispose()


def test_strangers_are_not_told_where_the_database_lies(make_app, tmp_path):
    """In an answer to a request the sentence names no path and no server; operators and the system get both."""
    app = make_app(config={"db": {"url": ""}}, tables=False)
    for actor, told in (
        (None, False),
        (Actor("1", "Tin", frozenset({"admin"})), False),
        (OPERATOR, True),
        (SYSTEM, True),
    ):
        with app.act("test", actor=actor):
            error = sentence(sqlite_error("SQLITE_FULL"), make_url(f"sqlite:///{tmp_path}/secret/place.db"))
        assert ("place.db" in error.message) == told
        assert error.message.endswith("is full; free some space")


def sqlite_error(name):
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.InvalidPassword(), "refuses the user or the password; check --to"),
        (errors.InvalidCatalogName(), "does not exist on this server; create the database or check --to"),
        (errors.DiskFull(), "the disk of .* is full"),
    ],
)
def test_the_place_where_the_address_was_said_is_named(error, said):
    """A command's option, where it was one; a password is not repeated."""
    url = make_url("postgresql+psycopg://u:s3cret@h/n")
    found = sentence(error, url, "--to")
    assert found is not None and re.search(said, found.message) and "s3cret" not in found.message
