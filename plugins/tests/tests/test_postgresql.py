"""A real PostgreSQL, from a wheel."""

from dihya_tests import postgresql as module
from sqlalchemy import create_engine, text


def test_a_fresh_database_is_there(postgresql):
    """Version 18, empty, UTF-8."""
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW server_version")).startswith("18")
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
    engine.dispose()


def test_it_starts_where_another_user_may_not_read_the_wheel(monkeypatch):
    """From a copy: as root in a checkout below a closed folder."""
    wheel, reaches = module.installation(), module._reaches
    monkeypatch.setattr(module, "_reaches", lambda user, path: not path.is_relative_to(wheel) and reaches(user, path))
    server = module.Server()
    try:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        engine.dispose()
    finally:
        server.stop()
