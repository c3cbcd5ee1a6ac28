"""SQLite as the application needs it: durable, strict, and without deadlocks between two writers.

A SQLite transaction that has read cannot become a writer once somebody else has written: it fails at once with
"database is locked", whatever the busy timeout. So a transaction starts as a reader, and at its first write the read
is ended and a write transaction is begun, which waits its turn. Acts therefore see what PostgreSQL shows them at its
default level, READ COMMITTED; ``version`` columns catch what changed in between.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.resources import folding
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL

from .settings import Settings
from .turns import Syncing, Turns, Writer

_STATE = "dihya_transaction"
_READS = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:SELECT|VALUES|PRAGMA|EXPLAIN)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_CONTROLS = re.compile(r"\s*(?:BEGIN|COMMIT|END)\b", re.IGNORECASE)


def path_of(url: URL) -> Path | None:
    """Return the file of a SQLite URL; None for a database in memory."""
    return None if url.database in (None, "", ":memory:") else Path(url.database).absolute()


def create_file(path: Path) -> None:
    """Make the database file readable by its owner only; SQLite gives ``-wal`` and ``-shm`` the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # closing a handle of ours on the file would drop this process's locks (POSIX), and with them the WAL
    os.close(handle)


def prepare(engine: Engine, settings: Settings) -> None:
    """Install what every connection of *engine* needs."""
    path = path_of(engine.url)
    turns, syncing = (Turns(), Syncing(path)) if path else (None, None)

    @event.listens_for(engine, "connect")
    def connect(connection: Writer, record: Any) -> None:
        journal = configure(connection, settings)
        connection.turns, connection.level = turns, settings.synchronous
        if journal == "wal" and settings.synchronous != "NORMAL":
            connection.syncing = syncing

    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _enter)


def configure(connection: sqlite3.Connection, settings: Settings) -> str:
    """Set the pragmas and functions of one connection; return how it keeps its journal."""
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("upper", 1, _upper, deterministic=True)
    folding.install(connection)
    for pragma in (
        f"busy_timeout={round(settings.busy_timeout * 1000)}",
        f"synchronous={settings.synchronous}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])


@contextmanager
def exclusive(engine: Engine) -> Iterator[Connection]:
    """Give a connection beside which no process can read or write the file. Raises Invalid when one has it open."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.begin()  # once: the driver would end the transaction below when another one is begun
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("PRAGMA busy_timeout=0").close()
            driver.execute("PRAGMA journal_mode=DELETE").close()  # the WAL is left only by a connection that is alone
            driver.execute("BEGIN EXCLUSIVE").close()
        except sqlite3.OperationalError as error:
            if not (error.sqlite_errorname or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise
            raise Invalid(
                "the database is in use by another process; stop the server, then copy", code="in-use", status=409
            ) from error
        driver.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
        try:
            yield connection
        finally:
            driver.rollback()
            connection.invalidate()  # it is not as the others are


def _lower(value: Any) -> Any:
    # SQLite's own knows ASCII only: "É" would stay what it is.
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _begin(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    driver.isolation_level = None  # type: ignore[union-attr]
    level = connection.get_execution_options().get("isolation_level")
    connection.info[_STATE] = "autocommit" if level == "AUTOCOMMIT" else "idle"


def _enter(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    state = connection.info.get(_STATE)
    if state in ("writing", "autocommit") or _CONTROLS.match(statement):
        return
    driver: Any = connection.connection.dbapi_connection
    if reads(statement):
        if state != "reading":
            connection.info[_STATE] = "reading"
            driver.execute("BEGIN").close()
        return
    if state == "reading":
        driver.execute("COMMIT").close()
    connection.info[_STATE] = "idle"
    driver.begin()
    connection.info[_STATE] = "writing"


@lru_cache(maxsize=1024)
def reads(statement: str) -> bool:
    """Whether *statement* changes nothing."""
    if _READS.match(statement):
        return True
    return bool(_WITH.match(statement)) and not _CHANGES.search(statement)
