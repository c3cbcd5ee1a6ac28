"""PostgreSQL's programs, and a dump read into another schema."""

from __future__ import annotations

import pytest
from dihya_db import postgres
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_hookspecs import DihyaError
from sqlalchemy import text


def test_missing_client_programs_are_named(monkeypatch):
    """Without pg_dump the message says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    with pytest.raises(DihyaError, match="'pg_dump' is not installed; install the client programs of PostgreSQL 18"):
        postgres.program("pg_dump", 18)


def test_client_programs_older_than_the_server_are_refused():
    """A pg_dump that is older than the server is not used."""
    with pytest.raises(DihyaError, match="older than the server"):
        postgres.program("pg_dump", 99)


def test_only_what_is_not_data_gets_the_other_name():
    """Statements name the new schema, rows keep every letter, and the old schema is not created."""
    lines = [
        b"CREATE SCHEMA old;\n",
        b"CREATE TABLE old.t (x integer DEFAULT nextval('old.s'::regclass));\n",
        b"COPY old.t (x) FROM stdin;\n",
        b"old.t\n",
        b"\\.\n",
        b"SELECT pg_catalog.setval('old.s', 1, true);\n",
        b"ALTER TABLE threshold.t OWNER TO x;\n",
    ]
    assert list(postgres.rename(lines, "old", '"new"')) == [
        b'CREATE TABLE "new".t (x integer DEFAULT nextval(\'"new".s\'::regclass));\n',
        b'COPY "new".t (x) FROM stdin;\n',
        b"old.t\n",
        b"\\.\n",
        b"SELECT pg_catalog.setval('\"new\".s', 1, true);\n",
        b"ALTER TABLE threshold.t OWNER TO x;\n",
    ]


def test_every_row_between_copy_and_its_end_stays_as_it_is():
    """However many rows there are, and after the end other names are given again."""
    lines = [b"COPY old.t (a) FROM stdin;\n", b"old.a\n", b"old.b\n", b"\\.\n", b"ANALYZE old.t;\n"]
    assert list(postgres.rename(lines, "old", "new")) == [
        b"COPY new.t (a) FROM stdin;\n",
        b"old.a\n",
        b"old.b\n",
        b"\\.\n",
        b"ANALYZE new.t;\n",
    ]


def test_a_script_that_fails_leaves_no_schema(postgres_engine, tmp_path):
    """A dump that cannot be read in is undone as a whole."""
    (tmp_path / "script").write_text("CREATE TABLE old.t (x integer);\nnonsense;\n")
    with pytest.raises(DihyaError, match="psql failed"):
        postgres.load(postgres_engine, tmp_path / "script", "old", "fresh")
    with postgres_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname = 'fresh'")) == 0


def test_connections_say_in_which_schema_they_work(postgres_engine):
    """Connections name their schema, so that whoever wants to replace a schema sees who uses it."""
    with postgres_engine.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        assert connection.scalar(text("SHOW application_name")) == f"dihya {schema}"


@pytest.fixture
def postgres_engine(postgresql, tmp_path):
    engine = build(Settings(url=postgresql), tmp_path)
    yield engine
    engine.dispose()
