"""Tasks that speak of a person, although by rule they hold identifiers only: shown in an export, gone with an erasure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from dihya_hookspecs.acts import current
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure
from sqlalchemy import delete, or_, select

from .models import FinishedStep, QueuedTask

CHUNK = 300


def export(demand: Demand) -> list[Disclosure]:
    """Return the tasks that speak of the person."""
    found = list(_speaking(demand))
    rows = tuple(
        {"id": row.id, "name": row.name, "state": row.state, "payload": row.payload, "error": row.error}
        for row in found
    )
    return [Disclosure("tasks_tasks", rows)] if rows else []


def erase(demand: Demand) -> list[Erasure]:
    """Remove the tasks that speak of the person, with the results of their steps, whatever their state.

    What still runs of them finds its row gone, so that nothing of it is written any more.
    """
    ids = [row.id for row in _speaking(demand)]
    session = current().session
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        session.execute(delete(FinishedStep).where(FinishedStep.task_id.in_(some)))
        session.execute(delete(QueuedTask).where(QueuedTask.id.in_(some)))
    return [Erasure(table, removed=len(ids)) for table in ("tasks_steps", "tasks_tasks")] if ids else []


def _speaking(demand: Demand) -> Iterator[QueuedTask]:
    session = current().session
    steps = select(FinishedStep.task_id, FinishedStep.result)
    told = {id for id, result in session.execute(steps) if demand.named_in(_plain(result))}
    telling = or_(
        QueuedTask.payload.is_not(None), QueuedTask.error != "", QueuedTask.reason != "", QueuedTask.key.is_not(None),
        QueuedTask.id.in_(told),
    )  # fmt: skip
    for row in session.scalars(select(QueuedTask).where(telling)).all():
        told_of = (row.payload, row.history)
        said = (row.id, row.key or "", row.error, row.reason, *(json.dumps(one, ensure_ascii=False) for one in told_of))
        if row.id in told or any(demand.named_in(text) for text in said):
            yield row


def _plain(result: str) -> str:
    """Return a result without the escapes of JSON, in which an accent would hide a word."""
    with suppress(ValueError):
        return json.dumps(json.loads(result), ensure_ascii=False)
    return result
