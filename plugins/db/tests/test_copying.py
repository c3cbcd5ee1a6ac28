"""The rows on their way: batches, what is counted, and what differs in the end."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from dihya_db import copying, sqlite
from dihya_db.copying import Content, copy, must_be_empty
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError, Invalid
from sqlalchemy import create_engine, text

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)"


class Tables:
    """Makes one table, and says at which revision it is."""

    def build(self, connection):
        connection.execute(text(TABLE))

    def revisions(self, connection):
        return {"t": "t_0001"}


@pytest.fixture
def both(postgres, tmp_path):
    """A function that opens a source with 4 rows and an empty target."""
    source, target = build(Settings(), tmp_path), create_engine(postgres)
    with source.begin() as connection:
        connection.execute(text(TABLE))
        connection.execute(text("INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'a'), (4, '')"))
    source.dispose()

    @contextmanager
    def opened():
        with sqlite.exclusive(source) as rows, target.begin() as empty:
            yield rows, empty

    yield opened
    source.dispose()
    target.dispose()


def test_batches_are_one_copy(both, monkeypatch):
    """However few rows each of them has."""
    monkeypatch.setattr(copying, "BATCH", 3)
    with both() as (source, target):
        done = copy(source, target, Tables())
        assert target.execute(text("SELECT name FROM t ORDER BY id")).scalars().all() == ["a", None, "a", ""]
    assert done.tables["t"].rows == 4 and done.left == []


def test_the_content_does_not_depend_on_the_order():
    """The digest of a content depends on every value, its type and how often a row stands there, not on the order."""

    def content(*rows):
        found = Content()
        for row in rows:
            found.add(row)
        return found

    assert content((1, "a"), (2, "b")) == content((2, "b"), (1, "a"))
    assert content((1, "a")) != content(("1", "a"))
    assert content((1, None)) != content((1, ""))
    assert content((1,), (1,), (2,)).digest != content((1,), (2,), (2,)).digest


def test_a_row_that_changed_on_its_way_is_found(both):
    """By the digest, as a trigger of the target changes one; the sentence names the table."""

    class Meddling(Tables):
        def build(self, connection):
            super().build(connection)
            body = "BEGIN NEW.name := 'b'; RETURN NEW; END"
            connection.execute(text(f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
            connection.execute(
                text("CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 3) EXECUTE FUNCTION f()")
            )

    said = "table 't' is not the same there: 4 rows .* here, 4 .* there; nothing was copied"
    with pytest.raises(DihyaError, match=said), both() as (source, target):
        copy(source, target, Meddling())


def test_a_second_copy_into_the_same_schema_waits_for_nobody(both, postgres):
    """It is refused, and says why."""
    lock = "SELECT pg_advisory_xact_lock(%s, hashtext('public'))"
    with psycopg.connect(postgres.render_as_string(False).replace("+psycopg", "")) as other:
        other.execute(lock, [0x44494859])
        with both() as (source, target), pytest.raises(Invalid, match="another copy into this database is under way"):
            copy(source, target, Tables())


def test_what_came_into_the_schema_meanwhile_is_left_alone(both):
    """It is looked for again once the lock is held, whatever was there when the command began."""
    with both() as (source, target):
        target.execute(text("CREATE TABLE theirs (x int)"))
        with pytest.raises(Invalid, match="is not empty: theirs stand in schema 'public'"):
            copy(source, target, Tables())


@pytest.mark.parametrize(("tables", "said"), [(5, r"t0, t1, t2, t3, t4 stand in"), (7, r"t4 and 2 more stand in")])
def test_of_what_stands_in_the_way_five_tables_are_named(both, monkeypatch, tables, said):
    """The others are counted."""
    monkeypatch.setattr("dihya_db.destination.occupied", lambda target: [f"t{number}" for number in range(tables)])
    with both() as (_source, target), pytest.raises(Invalid, match=said):
        must_be_empty(target)
