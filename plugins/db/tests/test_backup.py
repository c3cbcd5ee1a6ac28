"""A copy taken while the database is used, and the way back, on both databases."""

from __future__ import annotations

import stat

import pytest
from dihya_db import backup
from dihya_db.backup import restore, save
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError, Invalid, NotFound
from sqlalchemy import text


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    url = request.getfixturevalue("postgres").render_as_string(False) if request.param == "postgres" else ""
    engine = build(Settings(url=url), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (42)"))
    yield engine
    engine.dispose()


def test_a_restore_brings_back_what_was(engine, tmp_path):
    """What was changed and created after the backup is gone after the restore, and what was there is back."""
    copy = tmp_path / "copy"
    with engine.begin() as other:
        other.execute(text("UPDATE t SET x = 43"))  # not committed yet, so not in the copy
        assert save(engine, copy) == copy.stat().st_size > 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restore(engine, copy, force=True)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 42
        connection.execute(text("UPDATE t SET x = 44"))


def test_an_existing_file_is_not_overwritten(engine, tmp_path):
    """A backup never replaces a file."""
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(Invalid, match="exists already"):
        save(engine, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_database_with_tables_is_not_replaced_unasked(engine, tmp_path):
    """Restoring onto tables needs force."""
    save(engine, tmp_path / "copy")
    with pytest.raises(Invalid, match="--force"):
        restore(engine, tmp_path / "copy")


def test_an_empty_database_needs_no_force(engine, tmp_path):
    """Restoring into an empty database just works."""
    save(engine, tmp_path / "copy")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE t"))
    restore(engine, tmp_path / "copy")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 42


def test_rubbish_is_not_restored(engine, tmp_path):
    """A file that is no copy is refused, and the database stays what it was."""
    (tmp_path / "copy").write_bytes(b"rubbish" * 1000)
    with pytest.raises(DihyaError):
        restore(engine, tmp_path / "copy", force=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 42


def test_a_missing_file_is_named(engine, tmp_path):
    """A file that is not there is said not to be there."""
    with pytest.raises(NotFound, match="nowhere"):
        restore(engine, tmp_path / "nowhere", force=True)


def test_a_folder_that_is_not_there(engine, tmp_path):
    """A backup into a missing folder fails in one sentence."""
    with pytest.raises(DihyaError, match="cannot be written"):
        save(engine, tmp_path / "no" / "copy")


def test_missing_client_programs_are_named(monkeypatch):
    """Without pg_dump the message says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(backup, "find_spec", lambda name: None)
    with pytest.raises(DihyaError, match="'pg_dump' is not installed; install the client programs of PostgreSQL 18"):
        backup.program("pg_dump", 18)


def test_client_programs_older_than_the_server_are_refused():
    """A pg_dump that is older than the server is not used."""
    with pytest.raises(DihyaError, match="older than the server"):
        backup.program("pg_dump", 99)
