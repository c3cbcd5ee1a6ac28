"""Who works on which task: a lease in the database, and a number that grows with every attempt.

A worker renews its leases while it lives. A task whose lease ran out is begun again under the next number, and whatever
still runs under an older one is refused at its commit, in the same transaction as its changes. So it does not matter how a
process died, or whether it only slept.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from .models import QueuedTask
from .service import now

LEASE = 10.0
"""Seconds after which a worker that was not heard of is taken for dead: two heartbeats."""
BEAT = 5.0
"""Seconds between two signs of life; one that fails is tried again after a second."""
MOST_DEATHS = 10
"""Deaths of its process after which a task is given up: it may well be what kills it."""
LONGEST_REST = 900
"""Seconds for which such a task rests at most; a task is given up after an hour of deaths, not after a bad minute."""


class Fenced(BaseException):
    """This attempt is over, another one goes on; not an Exception, so that no task takes it for a failure."""

    code = 409  # nothing failed, so the act that it ends leaves no trace


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a task, as long as the number is the newest."""

    id: str
    attempt: int
    deaths: int = 0
    queue: str = "default"


def worker_name() -> str:
    """Return a name for this process that no other has, on any machine, now or later."""
    return f"{os.getpid()}-{secrets.token_hex(8)}"


def claim(session: Session, worker: str, queue: str, most: int) -> list[Lease]:
    """Take up to *most* tasks of a queue: those that are due, and those whose worker is not heard of any more.

    Of these the higher priority goes first, then who is due for longer.
    """
    moment = moment_of(session)
    free = and_(QueuedTask.queue == queue, _free(moment))
    first = select(QueuedTask.id, QueuedTask.state).where(free)
    first = first.order_by(QueuedTask.priority.desc(), QueuedTask.run_at, QueuedTask.created_at, QueuedTask.id)
    taken = []
    for id, state in session.execute(first.limit(most).with_for_update(skip_locked=True)).all():
        died = QueuedTask.deaths + int(state == "running")
        values = {
            "state": "running", "worker": worker, "leased_until": moment + timedelta(seconds=LEASE),
            "attempt": QueuedTask.attempt + 1, "deaths": died, "handed_at": func.coalesce(QueuedTask.handed_at, moment),
        }  # fmt: skip
        mine = update(QueuedTask).where(QueuedTask.id == id, free).values(**values)
        for row in session.execute(mine.returning(QueuedTask.attempt, QueuedTask.deaths)):
            taken.append(Lease(id, row.attempt, row.deaths, queue))
    return taken


def waiting(session: Session) -> list[str]:
    """Return the queues in which there is something to claim; asked before an act is opened for it."""
    return list(session.scalars(select(QueuedTask.queue).where(_free(moment_of(session))).distinct()))


def busy(session: Session) -> bool:
    """Whether something is due or being worked on."""
    due = and_(QueuedTask.state == "queued", QueuedTask.run_at <= moment_of(session))
    wanted = select(QueuedTask.id).where(or_(QueuedTask.state == "running", due)).limit(1)
    return session.scalar(wanted) is not None


def _free(moment: datetime) -> ColumnElement[bool]:
    due = and_(QueuedTask.state == "queued", QueuedTask.run_at <= moment)
    return or_(due, _abandoned(moment))


def renew(session: Session, leases: Iterable[Lease]) -> list[Lease]:
    """Give a sign of life for these; return those that another worker has taken over."""
    until = moment_of(session) + timedelta(seconds=LEASE)
    lost = []
    for lease in leases:
        done = session.execute(update(QueuedTask).where(*held(lease)).values(leased_until=until))
        if not done.rowcount:  # type: ignore[attr-defined]
            lost.append(lease)
    return lost


def give_back(session: Session, leases: Iterable[Lease]) -> None:
    """Let others go on at once; whatever still runs under these leases is refused at its commit."""
    for lease in leases:
        back = {"state": "queued", "worker": None, "leased_until": None}
        session.execute(update(QueuedTask).where(*held(lease)).values(**back))


def check(session: Session, lease: Lease) -> None:
    """Raise Fenced unless this attempt is the newest. Not yet a promise: ``seal`` is."""
    if session.scalar(select(QueuedTask.id).where(*held(lease))) is None:
        raise Fenced


def seal(session: Session, lease: Lease, **values: object) -> None:
    """Change the task's row as the last thing of a transaction, or raise Fenced and so undo all of it."""
    done = session.execute(update(QueuedTask).where(*held(lease)).values(**values))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Fenced


def held(lease: Lease) -> tuple[object, ...]:
    """Return the conditions under which a lease still counts."""
    return QueuedTask.id == lease.id, QueuedTask.attempt == lease.attempt, QueuedTask.state == "running"


def rest(deaths: int) -> int:
    """Return for how many seconds a task rests whose process died so often: whoever kills processes may go on for long,
    and a task that kills its own does so seldom."""
    return min(3**deaths, LONGEST_REST) if deaths else 0


def _abandoned(moment: datetime) -> ColumnElement[bool]:
    """The condition of tasks whose worker is not heard of any more, and which have rested."""
    running = QueuedTask.state == "running"
    due = [
        and_(QueuedTask.deaths == n, QueuedTask.leased_until < moment - timedelta(seconds=rest(n)))
        for n in range(MOST_DEATHS)
    ]
    return and_(running, QueuedTask.leased_until < moment, or_(*due, QueuedTask.deaths >= MOST_DEATHS))


def moment_of(session: Session) -> datetime:
    """The time by the clock that all workers share: the database's, where it may be another machine's."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    return session.scalars(select(func.clock_timestamp())).one()
