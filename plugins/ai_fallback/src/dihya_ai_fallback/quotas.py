"""Quotas: tokens are reserved before a provider is asked and settled after, in one statement each.

Every step is an act of its own, committed at once: a counter that others cannot see yet protects nothing. Only where the
running act holds SQLite's one write lock already do the steps join it; they would wait for themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts
from dihya_hookspecs.data import uuid7
from sqlalchemy import CursorResult, Executable, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .models import Quota, Reservation


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a person stands today, in tokens."""

    used: int
    reserved: int
    limit: int


class Quotas:
    """Reserve, settle, look. *running* is the act around, if any; *clock* gives the time in UTC."""

    def __init__(
        self, acts: Acts, limit: int, clock: Callable[[], datetime] = _now, running: Act | None = None
    ) -> None:
        self._acts, self._limit, self._clock, self._running = acts, limit, clock, running

    def reserve(self, person: str, tokens: int, seconds: float) -> uuid.UUID | None:
        """Set *tokens* aside for at most *seconds*, or return None when the day's limit would be passed."""
        now = self._clock()
        with self._apart("ai_fallback.reserve") as act:
            quota = self._counter(act, person, now)
            self._expire(act, quota, now)
            admitted = _run(
                act,
                update(Quota)
                .where(Quota.id == quota, Quota.used + Quota.reserved + tokens <= self._limit)
                .values(reserved=Quota.reserved + tokens),
            )
            if not admitted:
                return None
            until = now + timedelta(seconds=seconds)
            made = Reservation(quota_id=quota, person=person, tokens=tokens, until=until, created_at=now)
            act.session.add(made)
            act.session.flush()
            return made.id

    def settle(self, reservation: uuid.UUID, tokens: int) -> None:
        """Replace a reservation by what was really used; 0 gives it back."""
        with self._apart("ai_fallback.settle") as act:
            found = act.session.execute(
                select(Reservation.quota_id, Reservation.tokens).where(Reservation.id == reservation)
            ).one_or_none()
            if found is None:
                return  # it was late and has expired: what is counted then is the reservation's end, not its use
            if _run(act, delete(Reservation).where(Reservation.id == reservation)):
                used = {"reserved": Quota.reserved - found.tokens, "used": Quota.used + tokens}
                _run(act, update(Quota).where(Quota.id == found.quota_id).values(**used))

    def usage(self, act: Act, person: str) -> Usage:
        """Return where a person stands today."""
        today = self._clock().date().isoformat()
        found = act.session.execute(
            select(Quota.used, Quota.reserved).where(Quota.person == person, Quota.day == today)
        ).one_or_none()
        return Usage(found.used, found.reserved, self._limit) if found else Usage(0, 0, self._limit)

    def until_tomorrow(self) -> int:
        """Return the seconds until the counters start again."""
        now = self._clock()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        return max(1, int((midnight - now).total_seconds()))

    @contextmanager
    def _apart(self, name: str) -> Iterator[Act]:
        if self._running is not None and _holds_the_lock(self._running.session):
            yield self._running
            return
        with self._acts.open(name, actor=SYSTEM) as act:
            yield act

    def _counter(self, act: Act, person: str, now: datetime) -> uuid.UUID:
        day = now.date().isoformat()
        sought = select(Quota.id).where(Quota.person == person, Quota.day == day)
        if (found := act.session.scalar(sought)) is not None:
            return found
        dialect = postgresql if act.session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"id": uuid7(), "person": person, "day": day, "used": 0, "reserved": 0, "created_at": now}
        act.session.execute(dialect.insert(Quota).values(**row).on_conflict_do_nothing())
        return act.session.scalars(sought).one()

    def _expire(self, act: Act, quota: uuid.UUID, now: datetime) -> None:
        """Give back what a process that died had set aside."""
        late = act.session.execute(
            select(Reservation.id, Reservation.tokens).where(Reservation.quota_id == quota, Reservation.until < now)
        ).all()
        for reservation, tokens in late:
            if _run(act, delete(Reservation).where(Reservation.id == reservation)):
                _run(act, update(Quota).where(Quota.id == quota).values(reserved=Quota.reserved - tokens))


def _holds_the_lock(session: Session) -> bool:
    """Say whether this session is SQLite's writer; ``dihya-db`` notes that at the connection."""
    if not session.in_transaction() or session.get_bind().dialect.name != "sqlite":
        return False
    return session.connection().info.get("dihya_transaction") == "writing"


def _run(act: Act, statement: Executable) -> int:
    """Execute a change and return how many rows it touched; objects in memory are not kept in step."""
    result = act.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
