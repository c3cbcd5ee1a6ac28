"""The database in a backup: saved while it is used, put back beside what is there, on both engines."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from types import SimpleNamespace

import pytest
from dihya_db import backup
from dihya_db.engine import build
from dihya_db.service import close
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.backup import Staging
from dihya_hookspecs.data import Database
from sqlalchemy import text


@pytest.fixture(params=["sqlite", "sqlite elsewhere", "postgresql"])
def app(request, make_app, tmp_path):
    url = {
        "sqlite": lambda: "",
        "sqlite elsewhere": lambda: f"sqlite:///{tmp_path}/else/own.db",
        "postgresql": lambda: request.getfixturevalue("postgresql"),
    }[request.param]()
    app = make_app(config={"db": {"url": url}}, tables=False)
    with app.act() as act:
        act.session.execute(text("CREATE TABLE t (x INTEGER, words TEXT)"))
        act.session.execute(text("INSERT INTO t VALUES (42, :w)"), {"w": "in public.t and \\. and\nCOPY t FROM stdin;"})
    return app


MANY = """INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT hex(randomblob(500)) FROM n"""


def saved(app, tmp_path):
    folder = tmp_path / "part"
    folder.mkdir()
    with app.act():
        backup.save(folder)
    return folder


def staged(app, folder, tmp_path, **options):
    staging = Staging(tmp_path / "new", **options)
    staging.data.mkdir()
    with app.act():
        backup.restore(folder, staging)
    return staging


def rows(staging):
    engine = build(Settings(url=staging.settings["db.url"]), staging.data)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT x, words FROM t ORDER BY x")).all()
    engine.dispose()
    return [tuple(row) for row in found]


def test_the_part_is_the_snapshot_and_its_place_stays_here(make_app):
    """register_backup_parts says that the database is the snapshot, and that db.url belongs to this machine."""
    app = make_app("tasks")
    with app.act() as act:
        found = dict(act.get(Plugins).collected("register_backup_parts"))
    assert (found["db"].moment, found["db"].local_settings) == ("snapshot", ("url",))


def test_what_was_committed_comes_back_and_nothing_else(app, tmp_path):
    """A transaction that is open during the backup is not in it; rows come back letter by letter, beside what is there."""
    with app.act() as act:
        engine = act.get(Database).engine
    with engine.execution_options(dihya_unaudited="a test").begin() as other:
        other.execute(text("UPDATE t SET x = 43"))
        folder = saved(app, tmp_path)
    staging = staged(app, folder, tmp_path, replace=True)
    assert rows(staging) == [(42, "in public.t and \\. and\nCOPY t FROM stdin;")]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 43
    for swap in staging.swaps:
        swap.discard()


def test_swaps_exchange_and_exchange_back(app, tmp_path):
    """What lies outside of the data folder takes its place by put and leaves it by undo."""
    folder = saved(app, tmp_path)
    with app.act() as act:
        act.session.execute(text("UPDATE t SET x = 43"))
    staging = staged(app, folder, tmp_path, replace=True)

    def current():
        with app.act() as act:
            found = act.session.scalar(text("SELECT x FROM t"))
        close()
        return found

    for swap in staging.swaps:
        assert current() == 43
        assert swap.put()
        assert current() == 42
        swap.undo()
        assert current() == 43
        swap.discard()


def test_a_database_with_tables_is_replaced_only_when_asked(app, tmp_path):
    """Without replace, tables that are there stop the restoring."""
    folder = saved(app, tmp_path)
    with pytest.raises(Invalid, match="holds 1 tables; say --force"):
        staged(app, folder, tmp_path)


def test_a_database_in_use_is_not_replaced(app, tmp_path):
    """Another process's connection stops the restoring, and the message says what to do."""
    folder = saved(app, tmp_path)
    with app.act() as act:
        url = act.get(Database).engine.url.render_as_string(False)
    other = build(Settings(url=url), tmp_path)
    with other.connect() as connection:
        connection.execute(text("SELECT * FROM t")).all()
        with pytest.raises(Invalid, match=r"in use by .*; stop"):
            staged(app, folder, tmp_path, replace=True)
    other.dispose()


def test_a_backup_of_postgresql_does_not_become_sqlite(make_app, tmp_path):
    """The message says what it is and what to do."""
    app = make_app(config={"db": {"url": ""}})
    folder = tmp_path / "part"
    folder.mkdir()
    (folder / "about.json").write_text('{"engine": "postgresql"}')
    with pytest.raises(Invalid, match="the backup holds a PostgreSQL database, but db.url names SQLite; set db.url"):
        staged(app, folder, tmp_path)


@pytest.fixture
def both(toy, make_app, postgres, tmp_path):
    """The part of a backup of ``toy`` on SQLite, and a function that puts it back where PostgreSQL is configured."""
    with toy.engine.begin() as connection:
        connection.execute(text("INSERT INTO toy_left (id) VALUES (8)"))
        connection.execute(text("CREATE TABLE gone_things (x INTEGER)"))
    folder = saved(toy, tmp_path)
    plugin = SimpleNamespace(__name__="dihya_toy", __file__=str(toy.folder.parent / "__init__.py"))
    config = {"db": {"url": postgres.render_as_string(False)}}
    app = make_app("migrations", plugins={"toy": plugin}, config=config, tables=False)
    return app, lambda **options: staged(app, folder, tmp_path, **options)


def schemas(app):
    with app.engine.connect() as connection:
        return connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname ~ '_new_'")).all()


def test_a_backup_of_sqlite_becomes_postgresql(both):
    """Beside what is there, with the tables that the migrations make; the swap puts it in its place."""
    app, restore = both
    staging = restore(without=("gone", "fine"))
    assert schemas(app)
    for swap in staging.swaps:
        swap.put()
    with app.engine.connect() as connection:
        assert connection.scalars(text("SELECT id FROM toy_left ORDER BY id")).all() == [7, 8]


def test_a_backup_that_does_not_fit_leaves_nothing(both, toy, tmp_path):
    """A table that nobody makes here is named; tables of an older revision take the way over SQLite, which is said."""
    app, restore = both
    with pytest.raises(Invalid, match="no active plugin makes these tables: gone_things"):
        restore()
    (toy.folder / "0002_more.py").write_text(
        '"""More."""\nrevision = "toy_0002"\ndown_revision = "toy_0001"\ndef upgrade(): pass\n'
    )
    shutil.rmtree(tmp_path / "new")
    with pytest.raises(
        Invalid, match="toy is at toy_0001 and not toy_0002; leave db.url empty, restore, run 'dihya db"
    ):
        restore(without=("gone",))
    assert schemas(app) == []


def test_the_check_counts_rows_and_finds_damage(make_app, tmp_path):
    """A sound database is counted; one whose pages are damaged fails the check."""
    app = make_app(config={"db": {"url": ""}}, tables=False)
    with app.act() as act:
        act.session.execute(text("CREATE TABLE t (x TEXT)"))
        act.session.execute(text("CREATE INDEX i ON t (x)"))
        act.session.execute(text(MANY))
    with app.act() as act:
        assert backup.check() == "200 rows in 1 tables, sound"
    close()
    file = app.data / "dihya.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    file.write_bytes(content)
    with app.act(), pytest.raises(DihyaError, match="damaged"):
        backup.check()


def test_the_copy_is_closed_to_others(make_app, tmp_path):
    """The snapshot lies in a file that only its owner can read."""
    app = make_app(config={"db": {"url": ""}})
    folder = saved(app, tmp_path)
    assert stat.S_IMODE((folder / "database.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "made", "holds"),
    [
        ("dihya.db", "PRAGMA journal_mode=WAL", False),
        ("dihya.db", "CREATE TABLE a (b)", True),
        ("dihya.db-wal", None, False),
        ("dihya.db", None, True),
    ],
    ids=["empty", "a table", "beside", "damaged"],
)
def test_a_database_without_tables_holds_nothing(tmp_path, name, made, holds):
    """A place that only has such a file is empty; one that is damaged may hold anything."""
    path = tmp_path / name
    if made is None:
        path.write_bytes(b"not a database" * 100)
    else:
        connection = sqlite3.connect(path)
        connection.execute(made)
        connection.close()
    assert backup.holds_tables(path) is holds
