"""Whether the bytes are gone is asked of the real database, and nobody waits for it."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from dihya_rgpd.vanishing import POSTGRES_FILES, POSTGRES_LOG, SQLITE_LOG, reached, settle, stamp
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, create_engine, text


@pytest.fixture
def lite(tmp_path):
    """A SQLite database with a log, and its engine."""
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.exec_driver_sql("CREATE TABLE t_people (name TEXT)")
        connection.exec_driver_sql("INSERT INTO t_people VALUES ('Canary-tin')")
    yield engine, tmp_path
    engine.dispose()


def test_sqlite_empties_its_log(lite):
    """Without a reader, nothing of the removed row is in the database's files afterwards."""
    engine, folder = lite
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.exec_driver_sql("DELETE FROM t_people")
        stamped = stamp(connection, ["t_people"])
    assert settle(engine, stamped) == []
    assert b"Canary-tin" not in b"".join(path.read_bytes() for path in folder.glob("x.db*"))


def test_sqlite_says_that_somebody_reads(lite):
    """With a reader of before, the log is named at once; once the reader is gone the next attempt succeeds."""
    engine, folder = lite
    reader = sqlite3.connect(folder / "x.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT name FROM t_people").fetchall()
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM t_people")
        stamped = stamp(connection, ["t_people"])
    assert settle(engine, stamped) == [SQLITE_LOG]
    reader.execute("COMMIT")
    reader.close()
    assert settle(engine, stamped) == []


def test_the_patience_of_a_connection_is_given_back(lite):
    """The short wait of an attempt does not stay on the connection that it used."""
    engine, _ = lite
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=4321")
    settle(engine, {})
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 4321


@pytest.fixture
def great(postgresql):
    """A PostgreSQL database with a row in it: its engine and its plain URL."""
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(text('CREATE TABLE "t_people" (name TEXT, mail TEXT UNIQUE)'))
        connection.execute(text("INSERT INTO t_people VALUES ('Canary-tin', 'Canary-mail')"))
    yield engine, postgresql.replace("+psycopg", "")
    engine.dispose()


def in_files(engine, value):
    """Tell whether *value* stands in a file of the table or of one of its indexes, as the server reads them."""
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        names = connection.scalars(
            text("SELECT pg_relation_filepath(oid) FROM pg_class WHERE relname LIKE '%t_people%' AND relfilenode <> 0")
        )
        return any(
            value.encode() in connection.scalar(text("SELECT pg_read_binary_file(:name)"), {"name": name})
            for name in names.all()
        )


def erased(engine):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM t_people"))
        return stamp(connection, ["t_people", "never_there"])


def settled(engine, stamped):
    """Try as often as the recurring work would until the bytes are gone; other tests write on the same server."""
    for _attempt in range(40):
        if (found := settle(engine, stamped)) == [POSTGRES_LOG]:
            return True
    return found


def test_postgresql_rewrites_the_tables(great):
    """The removed row is in no file of the table or of its indexes afterwards; the server's log is named."""
    engine, _ = great
    assert in_files(engine, "Canary-tin") and in_files(engine, "Canary-mail")
    assert settled(engine, erased(engine)) is True
    assert not in_files(engine, "Canary-tin") and not in_files(engine, "Canary-mail")


def test_postgresql_says_that_an_older_transaction_may_still_see_the_rows(great):
    """While somebody's snapshot of before is open, the files are named; afterwards the next attempt succeeds."""
    engine, url = great
    with psycopg.connect(url) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT name FROM t_people").fetchall()
        stamped = erased(engine)
        assert settle(engine, stamped) == [POSTGRES_FILES, POSTGRES_LOG]
        reader.rollback()
        assert settled(engine, stamped) is True
    assert not in_files(engine, "Canary-tin")


def test_a_transaction_in_another_database_keeps_the_bytes_too(great, postgresql_server):
    """Rewriting sees what was before the oldest writer of the whole server: as long as it is open the files are named."""
    engine, _ = great
    with psycopg.connect(postgresql_server.replace("+psycopg", "")) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        stamped = erased(engine)
        assert settle(engine, stamped) == [POSTGRES_FILES, POSTGRES_LOG]
        elsewhere.rollback()
        assert settled(engine, stamped) is True
    assert not in_files(engine, "Canary-tin")


def test_postgresql_does_not_wait_for_a_table_in_use(great):
    """While somebody has the table locked, the attempt gives up soon and says so."""
    engine, url = great
    stamped = erased(engine)
    with psycopg.connect(url) as writer:
        writer.execute("LOCK TABLE t_people IN SHARE MODE")
        assert settle(engine, stamped)[0] == POSTGRES_FILES


def test_what_the_database_removes_along_is_rewritten_too():
    """Tables whose rows go or are emptied with others are among those whose bytes must leave, however far away."""
    metadata = MetaData()
    Table("people", metadata, Column("id", Integer, primary_key=True))
    for name, target, ondelete in (
        ("runs", "people", "CASCADE"),
        ("lines", "runs", "SET NULL"),
        ("bills", "people", None),
        ("rates", "bills", "CASCADE"),
    ):
        Table(
            name,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("of", Integer, ForeignKey(f"{target}.id", ondelete=ondelete)),
        )
    assert reached(metadata.tables.values(), ["people"]) == {"people", "runs", "lines"}
    assert reached(metadata.tables.values(), []) == set()
