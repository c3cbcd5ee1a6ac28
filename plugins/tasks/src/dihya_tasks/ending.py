"""How an attempt ends: done, cancelled, put off, to be tried again after a pause, or given up as a dead letter."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.access import SYSTEM
from sqlalchemy import delete
from sqlalchemy.orm import Session

from . import leases
from .models import FinishedStep, QueuedTask

if TYPE_CHECKING:
    from .run import Attempt

REMEMBERED = 10
"""Failed attempts of which the list keeps the sentence."""
chance = random.random

_FREE = {"worker": None, "leased_until": None}


def done(attempt: Attempt) -> None:
    """Write that everything is done; payload and steps are not needed any more."""
    _over(attempt, "done")


def cancelled(attempt: Attempt) -> None:
    """Write that the task stopped because somebody asked for it."""
    _over(attempt, "cancelled")


def later(attempt: Attempt, seconds: float, reason: str) -> None:
    """Put the task off; this attempt counts for nothing."""
    with attempt.acts.open("tasks.end", actor=SYSTEM) as act:
        due = leases.moment_of(act.session) + timedelta(seconds=seconds)
        leases.seal(act.session, attempt.lease, state="queued", run_at=due, error=reason, **_FREE)


def failed(attempt: Attempt, said: str) -> None:
    """Let the task wait for its next attempt, as its policy says, or give it up."""
    with attempt.acts.open("tasks.end", actor=SYSTEM) as act:
        row = act.session.get_one(QueuedTask, attempt.lease.id)
        failures = row.failures + 1
        pause = attempt.task.retry.pause(failures, chance()) if attempt.task else None
        if row.cancelling:
            _write_over(act.session, attempt, "cancelled", error=said, failures=failures)
        elif pause is None:
            _write_dead(act.session, attempt, row, said, failures)
        else:
            due = leases.moment_of(act.session) + timedelta(seconds=pause)
            values: dict[str, Any] = {"state": "queued", "run_at": due, "failures": failures, "error": said}
            leases.seal(act.session, attempt.lease, history=_history(act.session, row, said), **values, **_FREE)


def given_up(attempt: Attempt, said: str) -> None:
    """Make a dead letter of the task without another attempt."""
    with attempt.acts.open("tasks.end", actor=SYSTEM) as act:
        row = act.session.get_one(QueuedTask, attempt.lease.id)
        _write_dead(act.session, attempt, row, said, row.failures + 1)


def _over(attempt: Attempt, state: str) -> None:
    with attempt.acts.open("tasks.end", actor=SYSTEM) as act:
        _write_over(act.session, attempt, state, error="")


def _write_over(session: Session, attempt: Attempt, state: str, **values: object) -> None:
    session.execute(delete(FinishedStep).where(FinishedStep.task_id == attempt.lease.id))
    moment = leases.moment_of(session)
    leases.seal(session, attempt.lease, state=state, payload=None, finished_at=moment, **values, **_FREE)


def _write_dead(session: Session, attempt: Attempt, row: QueuedTask, said: str, failures: int) -> None:
    """A dead letter keeps its payload and its steps, so that it can be replayed from where it failed."""
    history, moment = _history(session, row, said), leases.moment_of(session)
    values: dict[str, Any] = {"error": said, "failures": failures, "history": history, "finished_at": moment}
    leases.seal(session, attempt.lease, state="failed", **values, **_FREE)


def _history(session: Session, row: QueuedTask, said: str) -> list[dict[str, Any]]:
    at = leases.moment_of(session).isoformat(timespec="seconds")
    return [*row.history, {"attempt": row.attempt, "at": at, "error": said}][-REMEMBERED:]
