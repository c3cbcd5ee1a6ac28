"""One event, one subscriber: the task that calls its function, and spares who keeps failing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts, current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.events import Event, read, type_of
from dihya_hookspecs.ops import Later, Steps

from .models import Delivery, Published, Subscriber
from .subscribers import now, offered

log = logging.getLogger("dihya.events")
AWAY = 60.0
"""Seconds between two looks for a subscriber whose plugin is away."""
TRIPS = 5
"""Failures in a row after which a subscriber is left alone for a while."""
PAUSE, LONGEST = 30.0, 3600.0


def deliver(steps: Steps, payload: Mapping[str, Any]) -> None:
    """Deliver one event to one subscriber, unless that was done."""
    event, name = str(payload["event"]), str(payload["subscriber"])
    look = steps.run(f"look {steps.attempt}", partial(_look, event, name))
    if look["later"]:
        raise Later(look["later"], look["reason"])
    if look["over"]:
        return
    try:
        if look["outside"]:
            steps.run("work", partial(_work, event, name), outside=True)
            steps.run("deliver", partial(_done, event, name))
        else:
            steps.run("deliver", lambda: (_call(current(), event, name), _done(event, name))[1])
    except Exception:
        steps.check()
        steps.run(f"failed {steps.attempt}", partial(_count, name))
        raise


def _look(event: str, name: str) -> dict[str, Any]:
    """Say whether to deliver now, later, or not any more."""
    act = current()
    delivery, subscriber = act.session.get(Delivery, (event, name)), act.session.get(Subscriber, name)
    subscription = offered(act.get(Plugins)).get(name)
    found: dict[str, Any] = {"later": 0, "reason": "", "over": False, "outside": False}
    if delivery is None or delivery.state not in ("queued", "waiting"):
        return found | {"over": True}
    if subscription is None:
        return found | {"later": AWAY, "reason": f"no active plugin offers the subscriber {name!r}"}
    if subscriber is not None and subscriber.paused_until is not None:
        left = (subscriber.paused_until - now()).total_seconds()
        if left > 0:
            return found | {"later": left, "reason": f"the subscriber {name!r} keeps failing and is left alone"}
    return found | {"outside": subscription.outside}


def _work(event: str, name: str) -> None:
    """Call a function that waits for something slow, in an act that holds no transaction."""
    _call(current(), event, name)


def _call(act: Act, event: str, name: str) -> None:
    with act.get(Acts).open("events.read", actor=SYSTEM) as reading:
        told = event_of(reading, event)
    offered(act.get(Plugins))[name].function(act, told, f"{event}:{name}")


def _done(event: str, name: str) -> None:
    session = current().session
    delivery, subscriber = session.get(Delivery, (event, name)), session.get(Subscriber, name)
    if delivery is not None:
        delivery.state, delivery.done_at = "done", now()
    if subscriber is not None and subscriber.failures:
        subscriber.failures, subscriber.paused_until = 0, None


def _count(name: str) -> None:
    """Count a failure; who fails too often in a row is left alone, ever longer."""
    subscriber = current().session.get(Subscriber, name)
    if subscriber is None:
        return
    subscriber.failures += 1
    if subscriber.failures >= TRIPS:
        pause = min(PAUSE * 2.0 ** min(subscriber.failures - TRIPS, 20), LONGEST)
        subscriber.paused_until = now() + timedelta(seconds=pause)
        if subscriber.failures == TRIPS:
            log.warning("subscriber %s failed %d times in a row and is left alone for a while", name, TRIPS)


def event_of(act: Act, id: str) -> Event:
    """Return a published event as subscribers get it. Raises DihyaError when its class is gone or has changed."""
    row = act.session.get(Published, id)
    if row is None:
        raise DihyaError(f"event {id!r} is not remembered any more", code="no-event")
    for _, cls in act.get(Plugins).collected("register_events"):
        if (kind := type_of(cls)).name == row.name:
            return Event(row.id, row.name, read(kind, row.payload), row.plugin, row.actor, row.act, row.at)
    raise DihyaError(f"no active plugin registers event {row.name!r} any more", code="no-event")
