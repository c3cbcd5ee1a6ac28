"""The commands below dihya events."""

from __future__ import annotations

import json
from datetime import timedelta

from dihya_events import delivering
from dihya_events.subscribers import now
from sqlalchemy import text


def test_what_happened_is_delivered_and_listed(start, publish):
    """The list shows event, payload and who got it; subscribers and dead letters have commands of their own."""
    app = start(ear=lambda act, event, key: None)
    assert "no events" in app.cli("events", "list").stderr
    publish(app, "hymn")
    assert app.cli("events", "deliver").exit_code == 0
    assert "ear.ear: done" in app.cli("events", "list").stdout
    (told,) = json.loads(app.cli("events", "list", "--json").stdout)
    assert (told["name"], told["payload"]["song"]) == ("fake.sung", "hymn")
    assert "ear.ear  fake.sung  listens" in app.cli("events", "subscribers").stdout
    assert "no dead letters" in app.cli("events", "dead").stderr


def test_a_dead_letter_is_replayed(start, publish, monkeypatch):
    """What failed for good is listed, delivered again on command, and cannot be replayed once it went well."""
    monkeypatch.setattr(delivering, "TRIPS", 1000)
    broken = [True]

    def ear(act, event, key):
        if broken[0]:
            raise RuntimeError

    app = start(ear=ear)
    publish(app, "hymn")
    for _ in range(13):
        app.cli("events", "deliver")
        with app.act() as act:
            act.session.execute(text("UPDATE tasks_tasks SET run_at = :over"), {"over": now() - timedelta(seconds=1)})
    event, subscriber, *_ = app.cli("events", "dead").stdout.split()
    broken[0] = False
    assert app.cli("events", "replay", event, subscriber).exit_code == 0
    app.cli("events", "deliver")
    assert "ear.ear: done" in app.cli("events", "list").stdout
    assert app.cli("events", "replay", event, subscriber).exit_code == 1
