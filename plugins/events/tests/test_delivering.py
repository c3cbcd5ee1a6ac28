"""From the queue to the subscriber: at least once, in an act of its own, written once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dihya_events import delivering
from dihya_events.models import Subscriber
from dihya_events.service import EventOutbox
from dihya_events.subscribers import now
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Tasks
from sqlalchemy import text, update

TIN = Actor("p1", "Tin", frozenset({"admin"}))


def make_due(app):
    """Let all that waits for its next attempt be due, and all pauses be over."""
    over = now() - timedelta(seconds=1)
    with app.act() as act:
        act.session.execute(text("UPDATE tasks_tasks SET run_at = :over WHERE state = 'queued'"), {"over": over})
        act.session.execute(update(Subscriber).where(Subscriber.paused_until.is_not(None)).values(paused_until=over))


def test_a_subscriber_gets_what_was_published(start, publish, deliver):
    """It gets the object itself, who did it, and a key that names event and subscriber."""
    heard = []
    app = start(ear=lambda act, event, key: heard.append((act is current(), event, key)))
    publish(app, "hymn", actor=TIN)
    assert heard == []
    deliver(app)
    ((inside, event, key),) = heard
    assert inside and (event.name, event.data.song, event.plugin, event.actor) == ("fake.sung", "hymn", "fake", "p1")
    assert key == f"{event.id}:ear.ear"


def test_what_is_not_committed_is_not_delivered(start, sung, deliver):
    """An act that fails tells nobody."""
    heard = []
    app = start(ear=lambda act, event, key: heard.append(event))
    with pytest.raises(KeyError), app.act() as act:
        act.publish(sung("hymn"))
        raise KeyError
    deliver(app)
    assert heard == []


def test_what_a_subscriber_writes_is_undone_when_it_fails_and_written_once_when_it_goes_well(start, publish, deliver):
    """A failure leaves nothing of its act; the next attempt writes it, and a further round nothing more."""
    tries = []

    def write(act, event, key):
        act.session.execute(text("INSERT INTO fake_heard (key) VALUES (:key)"), {"key": key})
        tries.append(key)
        if len(tries) < 3:
            raise RuntimeError("deaf")

    app = start(ear=write)
    with app.act() as act:
        act.session.execute(text("CREATE TABLE fake_heard (key VARCHAR(200))"))
    publish(app, "hymn")
    for _ in range(5):
        deliver(app)
        make_due(app)
    with app.act() as act:
        assert act.session.execute(text("SELECT count(*) FROM fake_heard")).scalar() == 1
    assert len(tries) == 3 and len(set(tries)) == 1


def test_one_deaf_subscriber_keeps_nothing_from_the_others(start, publish, deliver):
    """Each delivery is a task of its own; the publisher notices nothing."""
    heard = []

    def deaf(act, event, key):
        raise RuntimeError("deaf")

    app = start(deaf=deaf, ear=lambda act, event, key: heard.append(event.data.song))
    publish(app, "hymn")
    deliver(app)
    assert heard == ["hymn"]


def test_what_keeps_failing_is_a_dead_letter_that_can_be_replayed(start, publish, deliver, monkeypatch):
    """After the last attempt it stands among the dead letters; replayed, it is delivered."""
    monkeypatch.setattr(delivering, "TRIPS", 1000)
    broken, heard = [True], []

    def ear(act, event, key):
        if broken[0]:
            raise RuntimeError("the secret of Tin")
        heard.append(event.data.song)

    app = start(ear=ear)
    publish(app, "hymn")
    for _ in range(13):
        deliver(app)
        make_due(app)
    with app.act(actor=TIN) as act:
        ((event, receipt),) = act.get(EventOutbox).dead()
        assert (receipt.state, receipt.error) == ("dead", "unexpected RuntimeError")
        act.get(EventOutbox).replay(event, receipt.subscriber)
    broken[0] = False
    deliver(app)
    assert heard == ["hymn"]
    with app.act() as act:
        assert act.get(EventOutbox).dead() == []


def test_who_keeps_failing_is_left_alone(start, publish, deliver):
    """After five failures in a row no event is tried until the pause is over; then all are delivered."""
    calls, broken = [], [True]

    def ear(act, event, key):
        calls.append(event.data.song)
        if broken[0]:
            raise RuntimeError

    app = start(ear=ear, config={"tasks": {"queues": {"events": 1}}})
    for number in range(8):
        publish(app, f"song-{number}")
    deliver(app)
    assert len(calls) == 5
    with app.act() as act:
        assert act.session.get(Subscriber, "ear.ear").paused_until is not None
    broken[0] = False
    make_due(app)
    deliver(app)
    assert set(calls) == {f"song-{number}" for number in range(8)} and len(calls) == 13
    with app.act() as act:
        row = act.session.get(Subscriber, "ear.ear")
        assert (row.failures, row.paused_until) == (0, None)


def test_slow_work_of_a_subscriber_holds_no_transaction(start, publish, deliver):
    """outside=True: the act has services and no session, no connection is taken meanwhile."""
    seen = []

    def ear(act, event, key):
        with pytest.raises(RuntimeError, match="has no session"):
            act.session  # noqa: B018
        seen.append((act.get(Database), event.data.song))

    app = start(ear=ear, options={"outside": True})
    publish(app, "hymn")
    deliver(app)
    assert [song for _, song in seen] == ["hymn"]


def test_a_delivery_may_publish_in_its_turn(start, publish, deliver, sung):
    """What a subscriber publishes is delivered as well."""
    heard = []

    def ear(act, event, key):
        heard.append(event.data.song)
        if event.data.song == "call":
            act.publish(sung("answer"))

    app = start(ear=ear)
    publish(app, "call")
    deliver(app)
    assert heard == ["call", "answer"]


def test_a_task_that_waits_for_a_plugin_that_is_away_is_put_off(start, publish, again, deliver):
    """A delivery that was queued when its plugin went away is no failure, and goes well when it is back."""
    from dihya_events.relay import fan_out
    from dihya_hookspecs.acts import Acts

    heard = []
    app = start(ear=lambda act, event, key: heard.append(event))
    publish(app, "hymn")
    with app.act() as act:
        acts = act.get(Acts)
    fan_out(acts)
    without = again(app)
    deliver(without)
    with without.act() as act:
        (task,) = act.get(Tasks).recent()
        assert (task.state, task.failures) == ("queued", 0) and "no active plugin offers" in task.error
    make_due(app)
    deliver(app)
    assert len(heard) == 1
