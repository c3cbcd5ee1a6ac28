"""Who listens, who went away, who came back."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from dihya_events.models import Delivery, Subscriber
from dihya_events.relay import tidy
from dihya_events.subscribers import listens, now
from dihya_hookspecs.acts import Acts
from sqlalchemy import select, update


def states(app):
    with app.act() as act:
        return [row.state for row in act.session.scalars(select(Delivery).order_by(Delivery.event_id))]


@pytest.mark.parametrize(
    ("pattern", "event", "wanted"),
    [("a.b", "a.b", True), ("a.b", "a.c", False), ("a.*", "a.c", True), ("*", "x.y", True), ("a.*", "ab.c", False)],
)
def test_who_listens_to_what(pattern, event, wanted):
    """A name, all of a plugin, or everything."""
    assert listens(pattern, event) is wanted


def test_events_wait_for_a_subscriber_that_is_away(start, publish, again, deliver, caplog):
    """What is published meanwhile is kept, people are told, and all of it comes when the plugin is back, in order."""
    heard = []
    ear = {"ear": lambda act, event, key: heard.append(event.data.song)}
    app = start(**ear, config={"tasks": {"queues": {"events": 1}}})
    publish(app, "one")
    deliver(app)
    without = again(app)
    with caplog.at_level(logging.WARNING):
        for song in ("two", "three"):
            publish(without, song)
        deliver(without)
    assert "no active plugin offers the subscriber ear.ear any more; its events wait for 7 days" in caplog.text
    assert states(without) == ["done", "waiting", "waiting"]
    back = again(app, **ear)
    with back.act() as act:
        acts = act.get(Acts)
    tidy(acts)
    deliver(back)
    assert sorted(heard) == ["one", "three", "two"] and states(back) == ["done"] * 3


def test_a_subscriber_that_stays_away_is_given_up(start, publish, again, deliver):
    """After backlog_days its events wait no longer, which is audited with their number."""
    app = start(ear=lambda act, event, key: None)
    deliver(app)
    publish(app, "one")
    deliver(app)
    without = again(app)
    publish(without, "two")
    deliver(without)
    with without.act() as act:
        act.session.execute(update(Subscriber).values(gone_at=now() - timedelta(days=8)))
        acts = act.get(Acts)
    tidy(acts)
    assert states(without) == ["done", "expired"]
    (record,) = [event for event in without.trail if event.action == "events.expired"]
    assert record.facts["events"] == 1
    with without.act() as act:
        assert act.session.scalars(select(Subscriber)).all() == []
