"""The outbox, and what people read of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import Act, Acts, current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import uuid7
from dihya_hookspecs.events import EventType, type_of
from dihya_hookspecs.ops import Tasks
from sqlalchemy import func, insert, select

from .models import Delivery, Published, Subscriber
from .relay import fan_out
from .subscribers import now

PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One event for one subscriber; ``state`` is waiting, queued, done, dead or expired."""

    subscriber: str
    state: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as people see it, with who got it."""

    id: str
    name: str
    plugin: str
    actor: str | None
    at: datetime
    payload: Mapping[str, Any]
    receipts: tuple[Receipt, ...]


class EventOutbox:
    """Keeps events and shows them; implements ``dihya_hookspecs.events.Outbox``."""

    def __init__(self, act: Act) -> None:
        self._act = act

    @classmethod
    def from_container(cls, svcs_container: Any) -> EventOutbox:
        """Build the outbox of the running act."""
        return cls(svcs_container.get(Act))

    def add(self, kind: EventType, payload: Mapping[str, Any], plugin: str) -> str:
        """Write one row in the running act, and return the id of the event."""
        act, id = self._act, str(uuid7())
        values = {
            "id": id, "name": kind.name, "payload": dict(payload), "plugin": plugin, "act": act.id, "at": now(),
            "actor": act.actor.id if act.actor else None,
        }  # fmt: skip
        act.session.execute(insert(Published).values(**values))
        with suppress(DihyaError):  # without dihya-tasks events are kept, and the health check says what is missing
            act.get(Tasks).soon("events.fan_out")
        return id

    def deliver(self, seconds: float | None = None) -> None:
        """Deliver in this process what is due, also what deliveries publish in their turn."""
        end = None if seconds is None else time.monotonic() + seconds
        acts, tasks = self._act.get(Acts), self._act.get(Tasks)
        while True:
            while fan_out(acts):
                pass
            tasks.work(None if end is None else max(0.0, end - time.monotonic()))
            if (end is not None and time.monotonic() >= end) or not _unseen(acts):
                return

    def recent(self, limit: int = 50) -> list[Happening]:
        """Return the newest events that the actor may see, each with who got it."""
        kinds = self.kinds()
        visible = [name for name, kind in kinds.items() if self._may(kind.permission)]
        newest = select(Published).where(Published.name.in_(visible)).order_by(Published.id.desc()).limit(limit)
        rows = self._act.session.scalars(newest).all()
        receipts = self._receipts([row.id for row in rows])
        return [
            Happening(row.id, row.name, row.plugin, row.actor, row.at, row.payload, tuple(receipts.get(row.id, ())))
            for row in rows
        ]

    def kinds(self) -> dict[str, EventType]:
        """Return what active plugins publish, by name."""
        return {
            kind.name: kind for _, cls in self._act.get(Plugins).collected("register_events") for kind in [type_of(cls)]
        }

    def subscribers(self) -> list[Subscriber]:
        """Return everybody who listens, also who is away."""
        return list(self._act.session.scalars(select(Subscriber).order_by(Subscriber.name)))

    def dead(self) -> list[tuple[str, Receipt]]:
        """Return the deliveries that failed for good, as (event, receipt)."""
        queued = self._act.session.scalars(
            select(Delivery).where(Delivery.state == "queued").order_by(Delivery.event_id)
        )
        return [
            (row.event_id, receipt) for row in queued for receipt in [self._receipt(row)] if receipt.state == "dead"
        ]

    def replay(self, event: str, subscriber: str) -> None:
        """Deliver again what failed for good. Raises NotFound, and Invalid for what did not fail."""
        row = self._act.session.get(Delivery, (event, subscriber))
        if row is None:
            raise NotFound(f"event {event!r} has no delivery to {subscriber!r}")
        if self._receipt(row).state != "dead":
            raise Invalid(
                "this delivery did not fail for good; there is nothing to replay", code="no-letter", status=409
            )
        self._act.get(Tasks).replay(row.task or "")
        self._act.record("events.replay", object=f"events_published:{event}", subscriber=subscriber)

    def _receipts(self, ids: list[str]) -> dict[str, list[Receipt]]:
        found: dict[str, list[Receipt]] = {}
        wanted = select(Delivery).where(Delivery.event_id.in_(ids)).order_by(Delivery.subscriber)
        for row in self._act.session.scalars(wanted):
            found.setdefault(row.event_id, []).append(self._receipt(row))
        return found

    def _receipt(self, row: Delivery) -> Receipt:
        if row.state != "queued" or not row.task:
            return Receipt(row.subscriber, row.state)
        try:
            task = self._act.get(Tasks).status(row.task)
        except NotFound:
            return Receipt(row.subscriber, "expired")
        ended = {"failed": "dead", "dropped": "expired", "cancelled": "expired"}
        return Receipt(row.subscriber, ended.get(task.state, "queued"), task.error)

    def _may(self, permission: str) -> bool:
        return self._act.get(Access).decide(self._act.actor, permission).allowed


def probe() -> str:
    """Say what waits; raise when nobody hands events out."""
    act = current()
    first, waiting = act.session.execute(
        select(func.min(Published.at), func.count()).where(Published.fanned_at.is_(None))
    ).one()
    if first is not None and now() - first > PATIENCE:
        raise DihyaError(
            f"nobody hands events out: {waiting} wait, the first since {first:%H:%M} UTC; restart the server"
        )
    outbox = EventOutbox(act)
    told = [f"{waiting} events to be handed out"]
    if dead := len(outbox.dead()):
        told.append(f"{dead} deliveries failed for good: 'dihya events dead'")
    told += [f"{one.name} is away, its events wait" for one in outbox.subscribers() if one.gone_at]
    told += [f"{one.name} keeps failing and is left alone" for one in outbox.subscribers() if one.paused_until]
    return ", ".join(told)


def _unseen(acts: Acts) -> bool:
    from dihya_hookspecs.access import SYSTEM

    with acts.open("events.look", actor=SYSTEM) as act:
        return act.session.scalar(select(Published.id).where(Published.fanned_at.is_(None)).limit(1)) is not None
