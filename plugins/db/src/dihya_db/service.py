"""The database of the application, opened at first use; light, because commands that touch no table load it too."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.acts import get
from dihya_hookspecs.observe import Observation

from .settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from .writing import Writing


BACKGROUND = 8
"""Connections for tasks, the audit sequencer, health checks and whatever else no request waits for."""


def _watched(observation: Observation, engine: Engine) -> None:
    """Notice every change over an engine, and tell observers of every statement, before anybody else has it."""
    from .change_tracking import Tracking
    from .observing import observe

    Tracking().watch(engine)
    observe(engine, observation)


def fitting(settings: Settings, threads: int) -> Settings:
    """Return settings whose pool has a connection for each of the server's threads, and for what runs beside them."""
    least = threads + BACKGROUND - settings.pool_size
    return settings.model_copy(update={"max_overflow": max(settings.max_overflow, least)})


def _threads() -> int:
    from dihya_hookspecs import DihyaError
    from dihya_hookspecs.ops import Capacity

    try:
        return get(Capacity).threads
    except DihyaError:  # no server of ours
        return 0


class LazyDatabase:
    """An engine created at first use, once in each process.

    Args:
        made: told of the engine before anybody else has it.
    """

    def __init__(self, settings: Settings, data: Path, made: Callable[[Engine], None] = lambda engine: None) -> None:
        self.settings = settings
        self._data, self._made = data, made
        self._engine: Engine | None = None
        self._apart: Engine | None = None
        self._making = threading.Lock()
        _open.add(self)

    @classmethod
    def from_container(cls, svcs_container: Any) -> LazyDatabase:
        """Return the database of the application, as its settings say."""
        from dihya_hookspecs.app import AppInfo

        settings = fitting(svcs_container.get(Settings), _threads())
        watched = partial(_watched, svcs_container.get(Observation))
        return cls(settings, svcs_container.get(AppInfo).data, watched)

    @cached_property
    def writing(self) -> Writing:
        """What tries a write now and then, for the health check."""
        from .writing import Writing

        return Writing()

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, created at first use."""
        if self._engine is None:
            from .engine import build

            with self._making:
                if self._engine is None:
                    engine = build(self.settings, self._data)
                    self._made(engine)
                    self._engine = engine
        return self._engine

    @property
    def apart(self) -> Engine:
        """An engine with connections of its own, for what commits while the connections of all acts may be waiting."""
        if self._apart is None:
            from .engine import build

            with self._making:
                if self._apart is None:
                    few = {"pool_size": 1, "max_overflow": 2}
                    self._apart = build(self.settings.model_copy(update=few), self._data)
        return self._apart

    def session(self) -> Session:
        """A new session; what was loaded stays readable after the commit."""
        from sqlalchemy.orm import Session

        return Session(self.engine, expire_on_commit=False)

    def close(self) -> None:
        """Close the connections, those that are in use as soon as they are given back; the next use opens new ones."""
        if self._engine is not None:
            from sqlalchemy import event

            pool = self._engine.pool
            self._engine.dispose()
            if self._apart is not None:
                self._apart.dispose()
            event.listen(pool, "checkin", lambda connection, record: record.invalidate())

    def forget(self) -> None:
        """Drop the connections without closing them: they belong to the parent process."""
        self._making = threading.Lock()
        for engine in (self._engine, self._apart):
            if engine is not None:
                engine.dispose(close=False)


_open: weakref.WeakSet[LazyDatabase] = weakref.WeakSet()


def _after_fork() -> None:
    for database in list(_open):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def close() -> None:
    """Close the idle connections of this process."""
    for database in list(_open):
        database.close()


def probe() -> str:
    """Say that the database answers and can take more; raise when it cannot."""
    from dihya_hookspecs.data import Database

    from .inspection import ping

    database: LazyDatabase = get(Database)  # type: ignore[type-abstract,assignment]
    said = ping(database.engine)
    database.writing.check(database.engine)
    return said


def probe_left() -> str:
    """Say that no file is left from before the move to PostgreSQL; raise while one is, since nobody is erased in it."""
    from dihya_hookspecs import DihyaError
    from dihya_hookspecs.app import AppInfo
    from dihya_hookspecs.data import Database

    file = get(AppInfo).data / "dihya.db"
    if get(Database).engine.dialect.name == "sqlite" or not file.exists():
        return "there is one database"
    raise DihyaError(
        f"{str(file)!r} is left from before the move to PostgreSQL, and nobody is erased in it any more; remove it",
        code="left",
    )
