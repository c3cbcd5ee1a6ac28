"""A real PostgreSQL, from a wheel."""

from sqlalchemy import create_engine, text


def test_a_fresh_database_is_there(postgresql):
    """Version 18, empty, UTF-8."""
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW server_version")).startswith("18")
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
    engine.dispose()
