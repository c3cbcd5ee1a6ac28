"""From settings to engines, on both databases."""

from __future__ import annotations

import os
import stat

import pytest
from dihya_db.engine import build, resolve
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError
from sqlalchemy import text


@pytest.mark.parametrize("written", ["postgres://u:p@h/n", "postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n"])
def test_postgres_urls_mean_psycopg(written, tmp_path):
    """Every usual way to write a PostgreSQL URL leads to psycopg 3."""
    assert resolve(written, tmp_path).render_as_string(False) == "postgresql+psycopg://u:p@h/n"


def test_no_url_means_a_file_in_the_data_folder(tmp_path):
    """Without a URL the database is dihya.db in the data folder."""
    assert resolve("", tmp_path).database == str(tmp_path / "dihya.db")


@pytest.mark.parametrize("written", ["mysql://h/n", "no url", "postgresql+asyncpg://h/n"])
def test_other_urls_are_refused(written, tmp_path):
    """A URL that is none, or of another database, is refused without quoting it."""
    with pytest.raises(DihyaError) as caught:
        resolve(written, tmp_path)
    assert "db.url" in caught.value.message and caught.value.code == "database-url"


def test_sqlite_is_durable_and_strict(tmp_path):
    """SQLite runs with WAL, synchronous FULL, foreign keys, secure delete and a busy timeout."""
    engine = build(Settings(), tmp_path)
    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10000,
    }  # fmt: skip
    engine.dispose()


def test_the_file_is_readable_by_its_owner_only(tmp_path):
    """The database file and its WAL have mode 0600."""
    engine = build(Settings(), tmp_path / "new" / "folder")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new" / "folder").iterdir()}
    assert modes == {0o600}
    engine.dispose()


def test_lower_knows_accents(tmp_path, postgres):
    """lower() finds É for é on both databases."""
    for settings in (Settings(), Settings(url=postgres.render_as_string(False))):
        engine = build(settings, tmp_path)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT lower('ÉCOLE Œuvre')")) == "école œuvre"
        engine.dispose()


def test_nothing_is_created_before_the_first_use(tmp_path):
    """Building an engine touches no file."""
    build(Settings(), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_values_are_not_quoted_in_errors(tmp_path):
    """An error of a statement does not repeat the values that were bound to it."""
    engine = build(Settings(), tmp_path)
    with engine.connect() as connection, pytest.raises(Exception) as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Tin Hinan"})
    assert "Tin Hinan" not in str(caught.value)
    engine.dispose()


def test_a_child_process_gets_connections_of_its_own(tmp_path):
    """After a fork the child opens new connections, and the parent's still work."""
    from dihya_db.service import LazyDatabase

    database = LazyDatabase(Settings(), tmp_path)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            fresh = database.engine.pool.checkedin() == 0
            with database.engine.begin() as connection:
                connection.execute(text("INSERT INTO t VALUES (1)"))
            status = 0 if fresh else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 1
    database.close()


def test_a_driver_that_is_missing_is_named_with_what_to_install(tmp_path, monkeypatch):
    """PostgreSQL's driver is an extra; who names a server without it is told so, and where the server was named."""
    from dihya_db import engine
    from dihya_db.settings import Settings
    from dihya_hookspecs import DihyaError

    def absent(*arguments, **options):
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(engine, "create_engine", absent)
    with pytest.raises(DihyaError, match=r"^db.url names a PostgreSQL, .* pip install 'dihya-db\[postgresql\]'$"):
        engine.build(Settings(url="postgresql://server/name"), tmp_path)
