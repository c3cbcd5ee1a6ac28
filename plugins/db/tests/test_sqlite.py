"""Transactions on SQLite: readers first, writers one after the other."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing

import pytest
from dihya_db import sqlite
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_db.sqlite import reads
from dihya_hookspecs import Invalid
from sqlalchemy import text


@pytest.fixture
def engine(tmp_path):
    engine = build(Settings(), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (0)"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("SELECT 1", True),
        ("  select 1", True),
        ("-- why\nSELECT 1", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", False),
        ("PRAGMA integrity_check", True),
        ("INSERT INTO t VALUES (1)", False),
        ("SAVEPOINT s", False),
        ("CREATE TABLE u (x)", False),
    ],
)
def test_what_reads(statement, answer):
    """Only statements that change nothing leave the transaction a reader."""
    assert reads(statement) is answer


def test_a_reader_that_becomes_a_writer_is_not_locked_out(engine):
    """A transaction that read before somebody else wrote can still write, and sees what the other wrote."""
    with engine.connect() as first:
        assert first.scalar(text("SELECT x FROM t")) == 0
        with engine.begin() as second:
            second.execute(text("UPDATE t SET x = x + 1"))
        first.execute(text("UPDATE t SET x = x + 1"))
        first.commit()
        assert first.scalar(text("SELECT x FROM t")) == 2


def test_readers_do_not_wait_for_a_writer(engine):
    """While one transaction writes, another reads what was committed before."""
    with engine.begin() as writer:
        writer.execute(text("UPDATE t SET x = 7"))
        with engine.connect() as reader:
            assert reader.scalar(text("SELECT x FROM t")) == 0


def test_a_rollback_undoes_tables_too(engine):
    """Changes of the schema belong to the transaction."""
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE u (x INTEGER)"))
        connection.rollback()
        assert connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'u'")) == 0


def test_a_savepoint_undoes_its_part_only(engine):
    """begin_nested() rolls back to its beginning and leaves the rest."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE t SET x = 1"))
        nested = connection.begin_nested()
        connection.execute(text("UPDATE t SET x = 2"))
        nested.rollback()
        assert connection.scalar(text("SELECT x FROM t")) == 1
    with engine.begin() as connection:
        with connection.begin_nested():
            connection.execute(text("UPDATE t SET x = 5"))
        assert connection.scalar(text("SELECT x FROM t")) == 5


def test_autocommit_is_respected(engine):
    """A connection in autocommit mode needs no commit, and the next user of it gets transactions again."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("UPDATE t SET x = 3"))
    with engine.connect() as connection:
        connection.execute(text("UPDATE t SET x = 4"))
        connection.rollback()
        assert connection.scalar(text("SELECT x FROM t")) == 3


WRITER = """
    import sys
    from pathlib import Path
    from sqlalchemy import text
    from dihya_db.engine import build
    from dihya_db.settings import Settings

    engine = build(Settings(), Path(sys.argv[1]))
    for _ in range(150):
        with engine.begin() as connection:
            connection.scalar(text("SELECT x FROM t"))
            connection.execute(text("UPDATE t SET x = x + 1"))
"""


def test_two_processes_and_two_threads_write_without_a_lock_error(engine, tmp_path):
    """Read-then-write transactions of two processes and two threads all succeed, and none is lost."""
    failures = []

    def write():
        try:
            for _ in range(50):
                with engine.begin() as connection:
                    connection.scalar(text("SELECT x FROM t"))
                    connection.execute(text("UPDATE t SET x = x + 1"))
        except Exception as error:
            failures.append(error)

    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path)]
    others = [subprocess.Popen(command) for _ in range(2)]
    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(60) for other in others] == [0, 0] and not failures
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 400


def test_a_second_connection_keeps_the_locks_of_the_first(engine, tmp_path):
    """A process that comes and goes takes no lock away, which would delete the WAL and what is committed in it."""
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT count(*) FROM t').fetchone()[0]); c.close()"
    look = [sys.executable, "-c", script, str(tmp_path / "dihya.db")]
    with engine.connect() as held:
        held.execute(text("SELECT * FROM t"))
        with engine.begin() as second:  # a new connection: the first is in use
            second.execute(text("INSERT INTO t VALUES (1)"))
        for _ in range(2):
            assert subprocess.run(look, capture_output=True, text=True, check=True).stdout == "2\n"
        assert (tmp_path / "dihya.db-wal").exists()


def test_beside_an_exclusive_connection_there_is_none(tmp_path):
    """Nobody reads or writes the file meanwhile, however much is read through it; afterwards everybody does again."""
    engine = build(Settings(busy_timeout=0), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x TEXT)"))
    engine.dispose()
    with sqlite.exclusive(engine) as alone:
        assert alone.scalar(text("SELECT count(*) FROM t")) == 0
        other = sqlite3.connect(tmp_path / "dihya.db", timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT * FROM t")
    with engine.begin() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        connection.execute(text("INSERT INTO t VALUES ('x')"))
    engine.dispose()


def test_a_file_that_is_open_elsewhere_is_not_taken(tmp_path):
    """The sentence says what to stop."""
    engine = build(Settings(busy_timeout=0), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x TEXT)"))
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "dihya.db")) as other:
        other.execute("SELECT * FROM t")
        with pytest.raises(Invalid, match="in use by another process; stop the server"), sqlite.exclusive(engine):
            pass
    engine.dispose()
