"""One upgrader at a time."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_migrations.lock import only_one
from sqlalchemy import create_engine


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path}/a.db"
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_the_lock_is_held_and_given_back(engine, tmp_path):
    """While somebody holds the lock nobody else gets it; afterwards anybody does, also after a failure."""
    with pytest.raises(RuntimeError), only_one(engine, tmp_path, 1):
        with pytest.raises(DihyaError, match="another process") as caught, only_one(engine, tmp_path, 0.05):
            pass
        raise RuntimeError
    assert caught.value.status == 503
    with only_one(engine, tmp_path, 0):
        pass
