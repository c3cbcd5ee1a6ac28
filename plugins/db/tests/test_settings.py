"""Settings of the database."""

from __future__ import annotations

import pytest
from dihya_db.settings import Settings
from pydantic import ValidationError


def test_the_url_is_a_secret():
    """A URL may hold a password, so it is never shown."""
    assert "s3cret" not in repr(Settings(url="postgresql://u:s3cret@h/n"))


@pytest.mark.parametrize("url", ["mysql://h/n", "no url", "postgresql+asyncpg://h/n", "s3cret"])
def test_a_url_of_no_supported_database_is_refused(url):
    """``dihya config check`` finds it, and the message does not quote it."""
    with pytest.raises(ValidationError, match="a URL of PostgreSQL or SQLite") as caught:
        Settings(url=url)
    assert all(url not in str(error["msg"]) for error in caught.value.errors())


@pytest.mark.parametrize("wrong", [{"synchronous": "OFF"}, {"pool_size": 0}, {"colour": "red"}])
def test_nonsense_is_refused(wrong):
    """SQLite without durability, an empty pool and unknown keys are refused."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_pool_and_timeouts_have_an_effect(tmp_path, postgres):
    """What is set reaches the engine."""
    from dihya_db.engine import build
    from sqlalchemy import text

    engine = build(Settings(pool_size=3, max_overflow=1, pool_timeout=0.1), tmp_path)
    assert engine.pool.size() == 4
    engine = build(Settings(url=postgres.render_as_string(False), pool_size=2, connect_timeout=7, echo=True), tmp_path)
    assert engine.pool.size() == 2 and engine.echo
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW application_name")) == "dihya public"
    engine.dispose()
    engine = build(Settings(synchronous="NORMAL", busy_timeout=2), tmp_path)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 2000
    engine.dispose()
