"""From SQLite to PostgreSQL: every value, all or nothing, and one clear sentence for whatever stands in the way."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import sqlite3
import threading
import uuid
from contextlib import contextmanager
from decimal import Decimal

import psycopg
import pytest
import sqlalchemy as sa
from dihya_db.moving import _same
from dihya_db.service import close

DATA = sa.MetaData()
THINGS = sa.Table(
    "toy_things",
    DATA,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("name", sa.String(40)),
    sa.Column("above", sa.Uuid()),
    sa.Column("day", sa.Date()),
    sa.Column("seen", sa.DateTime(timezone=True)),
    sa.Column("local", sa.DateTime()),
    sa.Column("hour", sa.Time()),
    sa.Column("span", sa.Interval()),
    sa.Column("price", sa.Numeric(12, 2)),
    sa.Column("share", sa.Float()),
    sa.Column("on", sa.Boolean()),
    sa.Column("facts", sa.JSON()),
    sa.Column("photo", sa.LargeBinary()),
    sa.Column("kind", sa.Enum("big", "small", name="toy_kind")),
    sa.Column("big", sa.BigInteger()),
)
FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=dt.UTC)
FULL = {
    "id": FIRST, "name": "Œuvre\t\\N \\.\n“é” 🐝", "above": SECOND, "day": dt.date(1, 1, 1), "seen": MOMENT,
    "local": MOMENT.replace(tzinfo=None, microsecond=0), "hour": dt.time(7, 5, 0, 1), "span": dt.timedelta(days=40, seconds=1),
    "price": Decimal("1234567.89"), "share": 0.1, "on": False, "facts": {"b": [1, None, "é"], "a": 1.5},
    "photo": bytes(range(256)), "kind": "small", "big": -(2**63),
}  # fmt: skip
EMPTY = {column.name: None for column in THINGS.columns} | {"id": SECOND, "name": "", "on": True}


@pytest.fixture
def rows(toy):
    """Both rows, the first of which refers to the second, and a circle of two tables."""
    with toy.engine.begin() as connection:
        connection.execute(sa.insert(THINGS), [FULL | {"above": None}, EMPTY])
        connection.execute(sa.update(THINGS).where(THINGS.c.id == FIRST).values(above=SECOND))
        connection.execute(sa.text("INSERT INTO toy_left (id) VALUES (40)"))
        connection.execute(sa.text("INSERT INTO toy_right (id, left_id) VALUES (3, 40)"))
        connection.execute(sa.text("UPDATE toy_left SET right_id = 3 WHERE id = 40"))
    return toy


def copy(app, url, *options, to=None):
    close()
    return app.cli("database", "copy", "--to", to or url.render_as_string(False), *options)


def asked(url, query):
    with psycopg.connect(url.render_as_string(False).replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def relations(url):
    return asked(url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")


def named(app, name, **values):
    """Put one more row in, as raw SQL would."""
    with app.engine.begin() as connection:
        connection.execute(sa.insert(THINGS), EMPTY | {"id": uuid.UUID(int=9), "name": name} | values)


@contextmanager
def stopped(app, url):
    """Hold a copy up while it writes rows, in another thread; give what it will have said, and the backend that writes."""
    named(app, "wait")
    said = []
    with psycopg.connect(url.render_as_string(False).replace("+psycopg", ""), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        thread = threading.Thread(target=lambda: said.append(copy(app, url)))
        thread.start()
        yield said, waiting(url)
        holder.execute("SELECT pg_advisory_unlock(1)")
    thread.join(60)


def waiting(url):
    """Return the backend that waits for the lock, once it does."""
    for _ in range(600):
        if found := asked(url, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted"):
            return found[0][0]
        threading.Event().wait(0.05)
    raise AssertionError("nothing waits")


def test_every_value_arrives(rows, postgres):
    """What the application reads there is what it reads here, for every type, and NULL stays NULL."""
    done = copy(rows, postgres)
    assert done.exit_code == 0, done.stderr
    engine = sa.create_engine(postgres)
    with engine.connect() as connection:
        found = {row["id"]: dict(row) for row in connection.execute(sa.select(THINGS)).mappings()}
    engine.dispose()
    assert found == {FIRST: FULL, SECOND: EMPTY}


def test_references_and_revisions_are_there(rows, postgres, make_app):
    """Circles and references to the table itself are enforced again, and the migrations find nothing to do."""
    assert copy(rows, postgres).exit_code == 0
    found = asked(postgres, "SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated ORDER BY 1")
    assert [name for (name,) in found] == ["fk_above", "fk_left", "fk_right", "fk_thing"]
    assert asked(postgres, "SELECT right_id FROM toy_left WHERE id = 40") == [(3,)]
    assert asked(postgres, "SELECT version_num FROM toy_alembic_version") == [("toy_0001",)]


def test_numbers_go_on_after_the_highest_that_was_used(rows, postgres):
    """Also after one whose row is gone, where SQLite remembers it."""
    with rows.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO toy_left (id) VALUES (90)"))
        connection.execute(sa.text("DELETE FROM toy_left WHERE id = 90"))
    assert copy(rows, postgres).exit_code == 0
    assert asked(postgres, "INSERT INTO toy_left DEFAULT VALUES RETURNING id") == [(91,)]
    assert asked(postgres, "INSERT INTO toy_right (left_id) VALUES (40) RETURNING id") == [(4,)]


def test_every_table_is_said_with_its_rows_and_digest(rows, postgres):
    """On standard output, and what to do next beside it; the act is in the log before."""
    done = copy(rows, postgres)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [(line[0], line[1]) for line in lines] == [
        ("db_alembic_version", "1"), ("db_bin", "0"), ("db_counters", "0"), ("toy_alembic_version", "1"), ("toy_left", "2"), ("toy_right", "1"), ("toy_things", "2"),
    ]  # fmt: skip
    assert all(len(line[3]) == 12 for line in lines)
    assert "copied: 7 rows in 7 tables, the same there as here" in done.stderr
    assert f"remove {rows.data}/dihya.db" in done.stderr
    event = rows.trail[-1]
    assert (event.action, event.object, event.outcome) == ("db.copy", f"database:{postgres.database}", "done")


LOST = [
    ({"name": "a\0b"}, "column 'name' holds the character NUL, which PostgreSQL stores in no text"),
    ({"name": "x" * 41}, "is refused by PostgreSQL in column 'name': value too long for type character varying.40."),
    ({"name": "full"}, "the disk of the database .* is full; free some space"),
]


@pytest.mark.parametrize(("values", "said"), LOST)
def test_a_row_that_has_no_place_there(rows, postgres, values, said):
    """Is named by table and key without its value; nothing is there afterwards, and everything is here."""
    named(rows, **values)
    done = copy(rows, postgres)
    assert done.exit_code == 1
    assert re.search(said, done.stderr) and values["name"] not in done.stderr.replace("is full", "")
    if "disk" not in said:
        assert "a row of table 'toy_things' (id '00000000000000000000000000000009')" in done.stderr
        assert "Nothing was copied" in done.stderr
    assert relations(postgres) == []
    assert [event.outcome for event in rows.trail if event.action == "db.copy"] == ["done", "failed"]
    assert rows.cli("database", "check").exit_code == 0


def test_a_server_that_goes_away_leaves_nothing(rows, postgres):
    """One sentence says so, and the target is empty."""
    with stopped(rows, postgres) as (said, backend):
        asked(postgres, f"SELECT pg_terminate_backend({backend})")
    assert said[0].exit_code == 1 and "does not answer; start the server or check --to" in said[0].stderr
    assert relations(postgres) == []


def test_a_killed_copy_leaves_nothing(rows, postgres):
    """SIGKILL while rows are written: the target is empty, the source whole, and the next copy succeeds."""
    named(rows, "wait")
    close()
    with psycopg.connect(postgres.render_as_string(False).replace("+psycopg", ""), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        child = os.fork()
        if not child:
            copy(rows, postgres)
            os._exit(0)
        backend = waiting(postgres)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    while asked(postgres, f"SELECT FROM pg_stat_activity WHERE pid = {backend}"):
        threading.Event().wait(0.05)
    assert relations(postgres) == []
    assert copy(rows, postgres).exit_code == 0


def test_nobody_writes_meanwhile_and_nobody_copies_beside(rows, postgres):
    """The file is held while it is read, and a second copy into the same schema is refused."""
    with stopped(rows, postgres) as (said, _):
        with sqlite3.connect(rows.data / "dihya.db", timeout=0) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("SELECT count(*) FROM toy_things")
        other.close()
    assert said[0].exit_code == 0


def test_a_database_in_use_is_not_copied(rows, postgres):
    """Somebody else's connection stops the copying before anything is done or logged."""
    events = len(rows.trail)
    close()
    with sqlite3.connect(rows.data / "dihya.db") as other:
        other.execute("SELECT count(*) FROM toy_things")
        done = copy(rows, postgres)
    other.close()
    assert done.exit_code == 1 and "in use by another process; stop the server, then copy" in done.stderr
    assert relations(postgres) == [] and len(rows.trail) == events


ADDRESSES = {
    "nonsense": "--to is not a database URL; write it like postgresql://",
    "mysql://u@h/n": "--to names 'mysql'; use postgresql or sqlite",
    "sqlite:///{data}/dihya.db": "--to names the database '.*dihya.db', which db.url names already",
    "sqlite:///{data}/other.db": "--to names SQLite; a copy goes from SQLite to PostgreSQL",
    "{stranger}": "refuses the user or the password; check --to",
    "{nowhere}": "'nowhere' on .* does not exist on this server; create the database or check --to",
    "postgresql://dihya:s3cret@127.0.0.1:1/n": "does not answer; start the server or check --to",
    "{schemaless}": "names no schema that exists; create it or check --to",
}


@pytest.mark.parametrize(("address", "said"), ADDRESSES.items())
def test_an_address_that_leads_nowhere(rows, postgres, address, said):
    """Each is one sentence that names what was said, and what to do, without the password."""
    changed = {
        "stranger": postgres.set(username="nobody_here", password="s3cret"),
        "nowhere": postgres.set(database="nowhere"),
        "schemaless": postgres.set(query={**postgres.query, "options": "-csearch_path=gone"}),
    }
    named = {name: url.render_as_string(False) for name, url in changed.items()}
    done = copy(rows, postgres, to=address.format(data=rows.data, **named))
    assert done.exit_code == 1 and re.search(said, done.stderr), done.stderr
    assert len(done.stderr.splitlines()) == 1 and "s3cret" not in done.stderr


def test_a_target_that_is_not_empty_is_left_alone(rows, postgres):
    """What stands there is named; extensions do not count, since a database is often made with them."""
    with psycopg.connect(postgres.render_as_string(False).replace("+psycopg", "")) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("CREATE TABLE theirs (x int)")
    done = copy(rows, postgres)
    assert (
        done.exit_code == 1 and "is not empty: theirs stand in schema 'public'; name an empty database" in done.stderr
    )
    assert ("theirs",) in relations(postgres)
    assert [event for event in rows.trail if event.action == "db.copy"] == []


def test_from_postgresql_there_is_another_way(make_app, postgres):
    """Which the one sentence names."""
    app = make_app(config={"db": {"url": postgres.render_as_string(False)}}, tables=False)
    done = app.cli("database", "copy", "--to", "postgresql://u@else/where")
    assert done.exit_code == 1 and "PostgreSQL moves by 'dihya backup' and 'dihya restore'" in done.stderr
    same = app.cli("database", "copy", "--to", postgres.render_as_string(False))
    assert "which db.url names already" in same.stderr


def test_an_older_revision_is_upgraded_first(rows, postgres):
    """The sentence names plugin, revisions and command; nothing is left in the target."""
    (rows.folder / "0002_more.py").write_text(
        '"""More."""\nrevision = "toy_0002"\ndown_revision = "toy_0001"\ndef upgrade(): pass\n'
    )
    done = copy(rows, postgres)
    assert done.exit_code == 1
    assert "toy is at toy_0001 and not toy_0002; run 'dihya db upgrade', then copy" in done.stderr
    assert relations(postgres) == []


def test_tables_of_a_plugin_that_is_away(rows, postgres):
    """Are named and stop the copying, until the operator leaves them behind; a word without effect is refused."""
    with rows.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE gone_things (x INTEGER)"))
    done = copy(rows, postgres)
    assert done.exit_code == 1 and "no active plugin makes these tables: gone_things;" in done.stderr
    assert relations(postgres) == []
    vain = copy(rows, postgres, "--without", "gone", "--without", "toy")
    assert vain.exit_code == 1 and "no table would be left behind without 'toy'" in vain.stderr
    done = copy(rows, postgres, "--without", "gone")
    assert done.exit_code == 0 and "left behind: gone_things" in done.stderr


def test_a_table_that_was_changed_by_hand_is_named(rows, postgres):
    """A column that no migration makes would be lost."""
    with rows.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE toy_right ADD COLUMN extra INTEGER"))
    done = copy(rows, postgres)
    assert done.exit_code == 1 and "table 'toy_right' differs from what its migrations make (extra)" in done.stderr


def test_with_nothing_to_copy_the_other_way_is_named(make_app, postgres):
    """An installation without a database is set up, not copied."""
    app = make_app("migrations", config={"db": {"url": ""}}, tables=False)
    done = copy(app, postgres)
    assert done.exit_code == 1 and "with nothing to copy, set db.url and run 'dihya setup'" in done.stderr


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("postgresql://u@h:5432/x", "postgresql+psycopg://v@h:5432/x", True),
        ("postgresql://u@h/x", "postgresql:///x?host=h", True),
        ("postgresql:///x?host=/run/a", "postgresql:///x?host=/run/b", False),
        ("postgresql://u@h/x", "postgresql://u@h/y", False),
        ("postgresql://u@h/x", "postgresql://u@i/x", False),
        ("sqlite:////a/b.db", "sqlite:////a/c.db", False),
    ],
)
def test_two_addresses_of_one_database_are_known_as_one(one, other, same):
    """However the host is written, and whoever signs in."""
    assert _same(sa.make_url(one), sa.make_url(other)) is same
