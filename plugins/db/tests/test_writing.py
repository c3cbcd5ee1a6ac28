"""Readiness is red when nothing can be written."""

from __future__ import annotations

import sqlite3

import pytest
from dihya_db import writing
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_db.writing import Writing
from dihya_hookspecs import DihyaError
from sqlalchemy import text


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    engine = build(Settings(url=url), tmp_path)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    yield engine
    engine.dispose()


def test_a_database_that_takes_changes_is_well(engine):
    """Nothing is said, and nothing is changed."""
    Writing().check(engine)
    Writing().check(engine)


def test_a_database_that_takes_none_is_named(engine, tmp_path, monkeypatch):
    """A file that can only be read, and a server that only answers questions, make the check fail."""
    if engine.dialect.name == "sqlite":
        connect = sqlite3.connect
        monkeypatch.setattr(
            writing.sqlite3, "connect", lambda path, **options: connect(f"file:{path}?mode=ro", uri=True, **options)
        )
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(DihyaError) as caught:
        Writing().check(engine)
    assert caught.value.code == "database-readonly"


def test_it_is_asked_once_in_ten_seconds_and_a_failure_every_time(tmp_path, monkeypatch):
    """A write is tried again after its time; a failure is never taken for granted."""
    engine, tried = build(Settings(), tmp_path), []
    clock = [0.0]
    monkeypatch.setattr(writing.time, "monotonic", lambda: clock[0] + 100)

    def probe(engine):
        tried.append(1)
        if len(tried) == 2:
            raise DihyaError("full", code="database-full")

    monkeypatch.setattr(writing, "_sqlite", probe)
    check = Writing()
    check.check(engine)
    check.check(engine)
    assert len(tried) == 1
    clock[0] = 11
    with pytest.raises(DihyaError):
        check.check(engine)
    check.check(engine)
    assert len(tried) == 3


def test_another_writer_is_a_good_sign(tmp_path):
    """A database that is being written by somebody else can be written."""
    engine = build(Settings(busy_timeout=0), tmp_path)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.commit()
    other = sqlite3.connect(tmp_path / "dihya.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    Writing().check(engine)
    other.close()
    engine.dispose()
