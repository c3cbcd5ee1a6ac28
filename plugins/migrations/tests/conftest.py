"""A fresh database on a real PostgreSQL; one server for the whole run."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The URL of a running PostgreSQL: the one that DIHYA_TEST_DB_URL names, or one from the wheel."""
    if given := os.environ.get("DIHYA_TEST_DB_URL"):
        yield make_url(given)
        return
    from dihya_tests.postgresql import Server

    server = Server()
    yield make_url(server.url)
    server.stop()


@pytest.fixture
def postgres(postgres_server: URL) -> Iterator[URL]:
    """The URL of a fresh, empty database."""
    name = f"dihya_{uuid.uuid4().hex[:12]}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
