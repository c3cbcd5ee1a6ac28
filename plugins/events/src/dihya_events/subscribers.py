"""Who listens: what active plugins say, and who is remembered while its plugin is away."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from dihya_hookspecs.acts import Act
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.events import Subscription
from dihya_hookspecs.ops import Tasks
from sqlalchemy import delete, select, update

from .models import Delivery, Subscriber
from .settings import Settings

log = logging.getLogger("dihya.events")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def offered(plugins: Plugins) -> Mapping[str, Subscription]:
    """Return the subscriptions of all active plugins by name."""
    return {one.name: one for _, one in plugins.collected("register_subscriptions")}


def listens(pattern: str, event: str) -> bool:
    """Tell whether who listens to *pattern* wants *event*."""
    return pattern == event or (pattern == "*" or pattern.endswith(".*")) and fnmatchcase(event, pattern)


def known(act: Act) -> list[Subscriber]:
    """Return everybody who listens, brought up to date: who is new, who went away, who came back."""
    rows = {row.name: row for row in act.session.scalars(select(Subscriber))}
    active = offered(act.get(Plugins))
    for name, subscription in active.items():
        row = rows.get(name)
        if row is None:
            rows[name] = row = Subscriber(name=name, event=subscription.event, failures=0)
            act.session.add(row)
        row.event = subscription.event
        if row.gone_at is not None:
            row.gone_at, row.failures, row.paused_until = None, 0, None
            log.info("subscriber %s is back and gets the %d events that waited", name, hand_over(act, name))
    for name, row in rows.items():
        if name not in active and row.gone_at is None:
            row.gone_at = now()
            days = act.get(Settings).backlog_days
            log.warning("no active plugin offers the subscriber %s any more; its events wait for %d days", name, days)
    act.session.flush()
    return list(rows.values())


def plan(act: Act, event: str, subscriber: str) -> str:
    """Queue the delivery of an event; return the task."""
    payload = {"event": event, "subscriber": subscriber}
    return act.get(Tasks).enqueue("events.deliver", payload, key=f"{event}:{subscriber}")


def hand_over(act: Act, subscriber: str) -> int:
    """Queue what waited for a subscriber; return how many events that were."""
    mine = Delivery.subscriber == subscriber, Delivery.state == "waiting"
    waiting = act.session.scalars(select(Delivery).where(*mine).order_by(Delivery.event_id)).all()
    for row in waiting:
        row.task, row.state = plan(act, row.event_id, subscriber), "queued"
    return len(waiting)


def give_up(act: Act) -> int:
    """Forget subscribers that were away for too long; return how many events nobody will get, and say so."""
    over, lost = now() - timedelta(days=act.get(Settings).backlog_days), 0
    for row in act.session.scalars(select(Subscriber).where(Subscriber.gone_at < over)).all():
        open_ = Delivery.subscriber == row.name, Delivery.state.in_(("waiting", "queued"))
        found = act.session.execute(update(Delivery).where(*open_).values(state="expired"))
        number = int(found.rowcount)  # type: ignore[attr-defined]
        act.session.execute(delete(Subscriber).where(Subscriber.name == row.name))
        act.record("events.expired", object=f"events_subscribers:{row.name}", events=number)
        log.warning("subscriber %s was away for too long; %d events wait for it no longer", row.name, number)
        lost += number
    return lost
