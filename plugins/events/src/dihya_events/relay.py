"""From the outbox to the queue: one task for each subscriber of each event, in the transaction that marks the event."""

from __future__ import annotations

import logging
from datetime import timedelta

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts
from dihya_hookspecs.ops import Tasks
from sqlalchemy import delete, exists, select

from .models import Delivery, Published
from .settings import Settings
from .subscribers import give_up, known, listens, now, plan

log = logging.getLogger("dihya.events")
BATCH = 100


def fan_out(acts: Acts) -> bool:
    """Queue the deliveries of the oldest events that nobody has yet; tell whether there may be more.

    Mark and tasks come together or not at all, and the key of a task is event and subscriber: so whoever is killed here,
    or leads without knowing that another one does, loses nothing and doubles nothing.
    """
    with acts.open("events.fan_out", actor=SYSTEM) as act:
        first = select(Published).where(Published.fanned_at.is_(None)).order_by(Published.id).limit(BATCH)
        rows = act.session.scalars(first.with_for_update(skip_locked=True)).all()
        if not rows:
            return False
        subscribers = known(act)
        for row in rows:
            for one in subscribers:
                if listens(one.event, row.name):
                    _hand_out(act, row.id, one.name, waits=one.gone_at is not None)
            row.fanned_at = now()
            log.info("event %s", row.name, extra={"publisher": row.plugin, "published_by_act": row.act})
        return len(rows) == BATCH


def _hand_out(act: Act, event: str, subscriber: str, *, waits: bool) -> None:
    task = None if waits else plan(act, event, subscriber)
    act.session.add(Delivery(event_id=event, subscriber=subscriber, state="waiting" if waits else "queued", task=task))


def tidy(acts: Acts) -> bool:
    """Notice who went away or came back, give up who stays away, and forget what everybody got long ago."""
    with acts.open("events.tidy", actor=SYSTEM) as act:
        known(act)
        give_up(act)
        return _forget(act)


def _forget(act: Act) -> bool:
    over = now() - timedelta(days=act.get(Settings).keep_days)
    old = select(Published.id).where(Published.at < over, Published.fanned_at.is_not(None))
    _write_off(act, old.scalar_subquery())
    owed = exists().where(Delivery.event_id == Published.id, Delivery.state.in_(("waiting", "queued")))
    ids = list(act.session.scalars(old.where(~owed).limit(BATCH)))
    if ids:
        act.session.execute(delete(Delivery).where(Delivery.event_id.in_(ids)))
        act.session.execute(delete(Published).where(Published.id.in_(ids)))
    return len(ids) == BATCH


def _write_off(act: Act, old: object) -> None:
    """A delivery whose task was dropped, or is no longer remembered, will never come."""
    queued = select(Delivery).where(Delivery.state == "queued", Delivery.event_id.in_(old))  # type: ignore[arg-type]
    for row in act.session.scalars(queued.limit(BATCH)).all():
        try:
            state = act.get(Tasks).status(row.task or "").state
        except NotFound:
            state = "dropped"
        if state in ("dropped", "cancelled"):
            row.state = "expired"
    act.session.flush()
