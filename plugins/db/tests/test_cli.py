"""The commands below dihya database."""

from __future__ import annotations

import json

from dihya_hookspecs.data import Database
from sqlalchemy import text


def sql(app, statement):
    with app.act() as act:
        return act.session.execute(text(statement))


def test_info_check_backup_and_restore(house, tmp_path):
    """The whole way: look, check, copy, lose, put back."""
    app = house()
    sql(app, "CREATE TABLE fake_things (x INTEGER)")
    sql(app, "INSERT INTO fake_things VALUES (42)")
    facts = json.loads(app.cli("database", "info", "--json").stdout)
    assert facts["tables"] == 1 and facts["engine"] in ("SQLite", "PostgreSQL")
    assert "version" in app.cli("database", "info").stdout
    assert app.cli("database", "check").exit_code == 0
    copy = str(tmp_path / "copy")
    assert app.cli("database", "backup", copy).exit_code == 0
    assert app.cli("database", "backup", copy).exit_code == 1
    sql(app, "DELETE FROM fake_things")
    refused = app.cli("database", "restore", copy)
    assert refused.exit_code == 1 and "--force" in refused.stderr
    restored = app.cli("database", "restore", copy, "--force")
    assert restored.exit_code == 0, restored.stderr
    with app.act() as act:
        assert act.session.scalar(text("SELECT x FROM fake_things")) == 42
    assert [event.action for event in app.trail if event.action.startswith("db.")] == ["db.backup", "db.restore"]


def test_check_names_what_is_wrong(house):
    """A dangling reference is printed, and the exit code is 1."""
    app = house(config={"db": {"url": ""}})
    sql(app, "CREATE TABLE fake_a (id INTEGER PRIMARY KEY)")
    sql(app, "CREATE TABLE fake_b (a INTEGER REFERENCES fake_a (id))")
    with app.act() as act:
        engine = act.get(Database).engine
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO fake_b VALUES (9)")
        driver.execute("PRAGMA foreign_keys=ON")
    result = app.cli("database", "check")
    assert result.exit_code == 1 and "'fake_b' refers to a row of 'fake_a'" in result.stdout
