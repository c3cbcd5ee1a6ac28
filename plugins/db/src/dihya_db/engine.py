"""From a setting to a SQLAlchemy engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from . import failures, postgres, sqlite
from .settings import Settings
from .turns import Writer


def resolve(url: str, data: Path, setting: str = "db.url") -> URL:
    """Return the URL to connect to: the default file for none, and psycopg for every way to write PostgreSQL.

    Args:
        setting: where *url* was said.

    Raises:
        DihyaError: it is not a URL, or of a database that is not supported.
    """
    if not url:
        return URL.create("sqlite", database=str(data / "dihya.db"))
    try:
        made = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DihyaError(
            f"{setting} is not a database URL; write it like postgresql://user:password@host/name", code="database-url"
        ) from error
    if made.drivername in ("postgres", "postgresql"):
        return made.set(drivername="postgresql+psycopg")
    if made.drivername in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        return made
    raise DihyaError(f"{setting} names {made.drivername!r}; use postgresql or sqlite", code="database-url")


def build(settings: Settings, data: Path, setting: str = "db.url") -> Engine:
    """Create the engine; nothing is connected yet. Failures name *setting* as the place where the URL was said."""
    url = resolve(settings.url.get_secret_value(), data, setting)
    options: dict[str, Any] = {"echo": settings.echo, "hide_parameters": True}
    pool = {
        "pool_size": settings.pool_size,
        "max_overflow": settings.max_overflow,
        "pool_timeout": settings.pool_timeout,
    }
    if url.get_backend_name() == "sqlite":
        path = sqlite.path_of(url)
        # A file costs nothing to keep open, and much to open: all connections stay, and those in use are used most.
        kept = {
            "pool_size": settings.pool_size + settings.max_overflow,
            "max_overflow": 0,
            "pool_timeout": settings.pool_timeout,
            "pool_use_lifo": True,
        }
        options |= kept if path else {"poolclass": StaticPool}
        engine = create_engine(url, connect_args={"check_same_thread": False, "factory": Writer}, **options)
        sqlite.prepare(engine, settings)
        if path:
            _create_first(engine, path)
    else:
        arguments = {"connect_timeout": settings.connect_timeout, "application_name": "dihya"}
        try:
            engine = create_engine(url, connect_args=arguments, pool_pre_ping=True, **pool, **options)
        except ModuleNotFoundError as error:
            raise DihyaError(
                f"{setting} names a PostgreSQL, and its driver is not installed; pip install 'dihya-db[postgresql]'",
                code="database-driver",
            ) from error
        postgres.name_connections(engine)
    failures.explain(engine, setting)
    return engine


def _create_first(engine: Engine, path: Path) -> None:
    """Create the file, closed to others, just before the first connection."""

    @event.listens_for(engine, "do_connect")
    def create(dialect: Any, record: Any, arguments: Any, keywords: Any) -> None:
        try:
            sqlite.create_file(path)
        except OSError as error:
            raise DihyaError(
                f"{failures.place(engine.url)} cannot be created: {error.strerror}; check its folder and its rights",
                code="database-unreachable",
                status=503,
            ) from error
