"""What tests of searching and folding share."""

from __future__ import annotations

import pytest
from dihya_hookspecs.resources.folding import install
from sqlalchemy import create_engine, event


@pytest.fixture(scope="module")
def engines(postgresql_server):
    """A SQLite and a PostgreSQL."""
    sqlite = create_engine("sqlite://")
    event.listen(sqlite, "connect", lambda connection, _: install(connection))
    postgresql = create_engine(postgresql_server)
    yield sqlite, postgresql
    sqlite.dispose()
    postgresql.dispose()
