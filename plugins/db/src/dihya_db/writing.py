"""Can anything be written? A health check that only reads stays green on a full or read-only disk."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

from dihya_hookspecs import DihyaError
from sqlalchemy import Engine, text

from . import failures, sqlite

FRESH = 10.0
"""Seconds for which an answer counts: a write costs a sync of the disk."""


class Writing:
    """Tries a write, at most once in a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def check(self, engine: Engine) -> None:
        """Raise DihyaError when nothing can be written. A failure is not remembered: the next question tries again."""
        with self._lock:
            if time.monotonic() < self._until:
                return
            try:
                _sqlite(engine) if engine.dialect.name == "sqlite" else _postgres(engine)
            except DihyaError as error:
                if error.code != "database-busy":  # somebody else is writing just now
                    raise
            self._until = time.monotonic() + FRESH


def _sqlite(engine: Engine) -> None:
    path = sqlite.path_of(engine.url)
    if path is None:
        return
    try:
        # A connection of its own: one that is open already may write where a new one could not.
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute(f"PRAGMA user_version = {int(found)}")
    except sqlite3.Error as error:
        raise failures.sentence(error, engine.url) or error from error


def _postgres(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(text("SHOW transaction_read_only")) == "on":
            raise DihyaError(
                f"{failures.place(engine.url)} accepts no changes at the moment; connect to the primary server",
                code="database-readonly",
                status=503,
            )
        connection.execute(text("SELECT pg_logical_emit_message(true, 'dihya', 'probe')"))
