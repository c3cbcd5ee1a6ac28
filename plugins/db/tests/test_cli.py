"""The commands below dihya database."""

from __future__ import annotations

import json

from dihya_hookspecs.data import Database
from sqlalchemy import text


def sql(app, statement):
    with app.act() as act:
        return act.session.execute(text(statement))


def test_info_says_what_the_database_is(make_app):
    """dihya database info prints engine, version and number of tables, as words or as JSON; check finds nothing wrong."""
    app = make_app()
    before = json.loads(app.cli("database", "info", "--json").stdout)
    sql(app, "CREATE TABLE fake_things (x INTEGER)")
    facts = json.loads(app.cli("database", "info", "--json").stdout)
    assert facts["tables"] == before["tables"] + 1 and facts["engine"] in ("SQLite", "PostgreSQL")
    assert "version" in app.cli("database", "info").stdout
    assert app.cli("database", "check").exit_code == 0


def test_check_names_what_is_wrong(make_app):
    """A dangling reference is printed, and the exit code is 1."""
    app = make_app(config={"db": {"url": ""}})
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
