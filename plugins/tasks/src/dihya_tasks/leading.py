"""Which process does the recurring work of all: a lock on a file, or a lease in a database that machines share.

A lock on a file falls in the moment in which its process dies. On PostgreSQL, which several machines may share, a lock of
a connection would outlive a machine that lost its power by hours; a lease runs out after two heartbeats.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from filelock import FileLock, Timeout
from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert

from . import leases
from .models import Leader

NAME = "background"


class Leadership:
    """The place of the leader, as one process sees it."""

    def __init__(self, acts: Acts, database: Database, data: Path) -> None:
        self._acts, self._database = acts, database
        self._worker = leases.worker_name()
        self._file = FileLock(data / "tasks" / "leader.lock", timeout=0, thread_local=False, mode=0o600)

    def take(self) -> bool:
        """Take the place where it is free, or give a sign of life where it is ours; tell whether it is."""
        if self._database.engine.dialect.name == "sqlite":
            return self._take_file()
        with self._acts.open("tasks.lead", actor=SYSTEM) as act:
            moment = leases.moment_of(act.session)
            values = {"worker": self._worker, "leased_until": moment + timedelta(seconds=leases.LEASE)}
            free = or_(Leader.worker == self._worker, Leader.leased_until < moment)
            mine = update(Leader).where(Leader.name == NAME, free).values(**values)
            if act.session.execute(mine).rowcount:  # type: ignore[attr-defined]
                return True
            first = insert(Leader).values(name=NAME, **values).on_conflict_do_nothing()
            return act.session.scalar(first.returning(Leader.name)) is not None

    def leave(self) -> None:
        """Give the place back, so that the next one need not wait."""
        if self._file.is_locked:
            self._file.release()
        elif self._database.engine.dialect.name != "sqlite":
            with self._acts.open("tasks.lead", actor=SYSTEM) as act:
                over = leases.moment_of(act.session) - timedelta(seconds=1)
                mine = update(Leader).where(Leader.name == NAME, Leader.worker == self._worker)
                act.session.execute(mine.values(leased_until=over))

    def _take_file(self) -> bool:
        if not self._file.is_locked:
            Path(self._file.lock_file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._file.acquire()
            except Timeout:
                return False
        return True
