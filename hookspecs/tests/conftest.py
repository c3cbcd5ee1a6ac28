"""What tests of searching and folding share."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from dihya_hookspecs.resources.folding import install
from sqlalchemy import create_engine, event


@pytest.fixture(scope="session")
def postgresql_server(postgresql_server):
    """A database of this process alone: tests of one file may run in several at the same time, and each makes its tables."""
    admin, name = postgresql_server.replace("+psycopg", ""), f"w{uuid.uuid4().hex[:16]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.replace("/postgres", f"/{name}", 1)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def engines(postgresql_server):
    """A SQLite and a PostgreSQL."""
    sqlite = create_engine("sqlite://")
    event.listen(sqlite, "connect", lambda connection, _: install(connection))
    postgresql = create_engine(postgresql_server)
    yield sqlite, postgresql
    sqlite.dispose()
    postgresql.dispose()
