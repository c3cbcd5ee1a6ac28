"""Questions to a running database."""

from __future__ import annotations

import pytest
from dihya_db.engine import build
from dihya_db.inspection import flaws, information, ping, tables
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError
from sqlalchemy import text


def test_information_hides_the_password(postgres, tmp_path):
    """What is printed of the URL has no password."""
    engine = build(Settings(url=postgres.set(password="s3cret").render_as_string(False)), tmp_path)
    found = information(engine)
    assert "s3cret" not in found.url and found.engine == "PostgreSQL" and found.version.startswith("18")
    assert ping(engine).startswith("PostgreSQL 18") and flaws(engine) == [] and tables(engine) == []
    engine.dispose()


def test_a_sound_database_has_no_flaws(tmp_path):
    """A database just made is sound, and says so."""
    engine = build(Settings(), tmp_path)
    assert flaws(engine) == [] and ping(engine).startswith("SQLite")
    engine.dispose()


def test_a_dangling_reference_is_found(tmp_path):
    """A row that refers to nothing is reported with both tables."""
    engine = build(Settings(), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE b (a_id INTEGER REFERENCES a (id))"))
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO b VALUES (9)")
    assert flaws(engine) == ["row 1 of 'b' refers to a row of 'a' that is gone"]
    engine.dispose()


def test_a_damaged_file_is_found(tmp_path):
    """Overwritten pages are reported as damage."""
    engine = build(Settings(), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x TEXT)"))
        connection.execute(text("CREATE INDEX i ON t (x)"))
        for number in range(500):
            connection.execute(text("INSERT INTO t VALUES (:x)"), {"x": f"{number:050}"})
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    path = tmp_path / "dihya.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 3 + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    try:
        assert flaws(engine)
    except DihyaError as error:
        assert error.code == "database-corrupt"
    engine.dispose()


def test_a_removed_file_fails_the_health_check(tmp_path):
    """When the file is removed under the running application, the health check fails."""
    engine = build(Settings(), tmp_path)
    ping(engine)
    (tmp_path / "dihya.db").unlink()
    with pytest.raises(DihyaError, match="removed while in use"):
        ping(engine)
    engine.dispose()


def test_a_full_disk_fails_the_health_check(tmp_path, monkeypatch):
    """With almost no room left the health check fails before a commit does."""
    from dihya_db import inspection

    monkeypatch.setattr(inspection, "_FLOOR", 2**60)
    engine = build(Settings(), tmp_path)
    with pytest.raises(DihyaError, match="disk left"):
        ping(engine)
    engine.dispose()
