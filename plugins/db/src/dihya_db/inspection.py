"""Questions to a running database: does it answer, what is in it, is it sound."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass

from dihya_hookspecs import DihyaError
from sqlalchemy import Engine, inspect, text

from . import sqlite
from .failures import place

_FLOOR = 20 * 2**20  # below this many free bytes a commit may fail at any moment


@dataclass(frozen=True, slots=True)
class Information:
    """What there is to know about the database; ``size`` in bytes; the URL is without its password."""

    url: str
    engine: str
    version: str
    size: int
    tables: int

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(asdict(self).items())


def ping(engine: Engine) -> str:
    """Say in one sentence that the database answers and has room. Raises DihyaError."""
    _room(engine)
    found = information(engine)
    return f"{found.engine} {found.version}, {found.tables} tables, {found.size / 2**20:.1f} MB"


def information(engine: Engine) -> Information:
    """Read version, size and number of tables."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            name, version = "SQLite", connection.scalar(text("SELECT sqlite_version()"))
            pages, size = (connection.scalar(text(f"PRAGMA {what}")) for what in ("page_count", "page_size"))
            total = pages * size
        else:
            name, version = "PostgreSQL", connection.scalar(text("SHOW server_version"))
            total = connection.scalar(text("SELECT pg_database_size(current_database())"))
        tables = len(inspect(connection).get_table_names())
    return Information(engine.url.render_as_string(hide_password=True), name, str(version), int(total), tables)


def flaws(engine: Engine) -> list[str]:
    """Return what is wrong with the stored data, one sentence each; none when it is sound."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            invalid = connection.scalars(
                text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")
            )
            loose = connection.scalars(
                text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated ORDER BY 1")
            )
            return [f"index {name!r} is invalid; run REINDEX" for name in invalid] + [
                f"foreign key {name!r} has never been validated" for name in loose
            ]
        lines = [line for line in connection.scalars(text("PRAGMA integrity_check")) if line != "ok"]
        broken = connection.execute(text("PRAGMA foreign_key_check"))
        return lines + [f"row {row[1]} of {row[0]!r} refers to a row of {row[2]!r} that is gone" for row in broken]


def tables(engine: Engine) -> list[str]:
    """Return the names of all tables of the database (PostgreSQL: of its current schema)."""
    with engine.connect() as connection:
        return sorted(inspect(connection).get_table_names())


def _room(engine: Engine) -> None:
    path = sqlite.path_of(engine.url) if engine.dialect.name == "sqlite" else None
    if path is None:
        return
    if engine.pool.checkedin() and not path.exists():  # type: ignore[attr-defined]
        raise DihyaError(f"{place(engine.url)} was removed while in use; restart", code="database-gone", status=503)
    folder = path.parent if path.parent.exists() else path.parent.parent
    if (free := shutil.disk_usage(folder).free) < _FLOOR:
        raise DihyaError(
            f"{place(engine.url)} has {free // 2**20} MB of disk left; free some space",
            code="database-full",
            status=503,
        )
