"""The database of an application."""

from __future__ import annotations

import sqlite3

import pytest
from dihya_db.service import LazyDatabase, probe, probe_left
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import Database
from sqlalchemy import text


def test_every_act_gets_the_same_database(make_app):
    """Two acts of one application share the engine; another application has its own."""
    app, other = make_app(), make_app()

    def engine(app):
        with app.act() as act:
            return act.get(Database).engine

    assert engine(app) is engine(app) is not engine(other)


def test_what_was_loaded_stays_readable(tmp_path):
    """A session keeps its objects after the commit."""
    database = LazyDatabase(Settings(), tmp_path)
    with database.session() as session:
        assert session.expire_on_commit is False and session.autoflush is True
        session.execute(text("CREATE TABLE t (x INTEGER)"))
    database.close()


def test_nothing_is_opened_before_it_is_needed(tmp_path):
    """A database that nobody uses has no engine and no file, and can be closed."""
    database = LazyDatabase(Settings(), tmp_path)
    database.close()
    assert database._engine is None and list(tmp_path.iterdir()) == []


def test_a_closed_database_opens_again(tmp_path):
    """After closing, the next use has new connections."""
    database = LazyDatabase(Settings(), tmp_path)
    for _ in range(2):
        with database.engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        database.close()


def test_a_connection_in_use_is_closed_when_it_is_given_back(tmp_path, postgres):
    """Closing does not break what is running, and leaves no connection behind."""
    database = LazyDatabase(Settings(url=postgres.render_as_string(False)), tmp_path)
    with database.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        database.close()
        assert connection.scalar(text("SELECT 1")) == 1
    assert driver.closed
    with database.engine.connect() as connection:
        again = connection.connection.dbapi_connection
    assert not again.closed
    database.close()
    assert again.closed


def test_an_act_that_cannot_reach_its_database(make_app):
    """The health check and any act fail with the explained error, as 503."""
    app = make_app(config={"db": {"url": "postgresql://u:s3cret@127.0.0.1:1/n"}}, tables=False)
    with app.act(), pytest.raises(DihyaError, match="does not answer") as caught:
        probe()
    assert caught.value.status == 503 and "s3cret" not in str(caught.value)


def test_the_health_check(make_app):
    """A database that answers says what it is."""
    app = make_app()
    with app.act():
        assert "tables" in probe()


@pytest.fixture(params=["sqlite", "postgresql"])
def readonly(request, make_app, monkeypatch):
    """An application on a database that has become one that only answers questions."""
    postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgresql") if postgresql else ""
    app = make_app("wsgi", config={"db": {"url": url}})
    if postgresql:
        with app.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {app.engine.url.database} SET default_transaction_read_only = on"))
        app.engine.dispose()
    else:
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda path, **more: connect(f"file:{path}?mode=ro", uri=True, **more))
    return app


def test_an_application_that_can_write_nothing_is_not_ready(readonly):
    """A database that still answers, but takes no change, makes readiness 503 and names the check."""
    answer = readonly.client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["db"]["status"]) == (503, "failed")


def test_the_pool_is_larger_than_the_threads_that_use_it(make_app):
    """Requests that hold all of theirs leave connections for tasks and the audit log; more may be set."""
    from dihya_db.service import BACKGROUND, fitting
    from dihya_db.settings import Settings
    from dihya_hookspecs.data import Database

    with make_app("db", "wsgi", config={"wsgi": {"threads": 40}}).act("test") as act:
        settings = act.get(Database).settings
        assert settings.pool_size + settings.max_overflow >= 40 + BACKGROUND
    assert fitting(Settings(max_overflow=150), 40).max_overflow == 150
    assert fitting(Settings(), 0) == Settings()


def test_a_file_from_before_the_move_is_named(make_app, postgres):
    """Until it is removed; an installation on SQLite has its file, of course."""
    app = make_app(config={"db": {"url": postgres.render_as_string(False)}}, tables=False)
    with app.act():
        assert probe_left() == "there is one database"
        (app.data / "dihya.db").write_bytes(b"x")
        with pytest.raises(DihyaError, match=r"dihya\.db' is left from before .* remove it"):
            probe_left()
    here = make_app(config={"db": {"url": ""}})
    with here.act():
        assert probe_left() == "there is one database"
