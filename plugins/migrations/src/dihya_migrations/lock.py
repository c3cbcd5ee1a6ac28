"""One upgrader at a time, over all processes and machines that share the database."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dihya_hookspecs import DihyaError
from filelock import FileLock, Timeout
from sqlalchemy import Engine, text


@contextmanager
def only_one(engine: Engine, data: Path, seconds: float) -> Iterator[None]:
    """Hold the lock around a block. Raises DihyaError (503) when another process holds it for longer than *seconds*."""
    if engine.dialect.name == "sqlite":
        database = engine.url.database
        path = Path(f"{database}.upgrade") if database and database != ":memory:" else data / "upgrade.lock"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with FileLock(path, timeout=seconds, thread_local=False, mode=0o600):
                yield
        except Timeout:
            raise _busy(seconds) from None
        return
    with engine.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        key = zlib.crc32(f"dihya.migrations {schema}".encode())
        end = time.monotonic() + seconds
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            if time.monotonic() >= end:
                raise _busy(seconds)
            time.sleep(0.2)
        connection.commit()  # the lock is the connection's, not the transaction's
        try:
            yield
        finally:
            connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
            connection.commit()


def _busy(seconds: float) -> DihyaError:
    return DihyaError(
        f"another process has been upgrading this database for {seconds:g} s; wait for it or look at what it does",
        code="upgrade-running",
        status=503,
        headers={"Retry-After": "10"},
    )
