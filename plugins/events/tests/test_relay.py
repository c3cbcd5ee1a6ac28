"""From the outbox to the queue."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from dihya_events.models import Delivery, Published
from dihya_events.relay import fan_out, tidy
from dihya_events.subscribers import now
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import Tasks
from sqlalchemy import func, select, update


def acts_of(app):
    with app.act() as act:
        return act.get(Acts)


def count(app, model):
    with app.act() as act:
        return act.session.scalar(select(func.count()).select_from(model))


def test_one_task_for_each_subscriber(start, publish):
    """Whoever listens gets a task, the event is marked, and a second round queues nothing."""
    app = start(one=lambda act, event, key: None, two=lambda act, event, key: None)
    publish(app, "hymn")
    assert fan_out(acts_of(app)) is False
    fan_out(acts_of(app))
    with app.act() as act:
        assert [task.name for task in act.get(Tasks).recent()] == ["events.deliver"] * 2
    assert count(app, Delivery) == 2


def test_two_leaders_double_nothing(start, publish):
    """Rounds at the same time, as when one does not know that another leads, queue each delivery once."""
    app = start(ear=lambda act, event, key: None)
    for number in range(30):
        publish(app, f"song-{number}")
    acts, failed = acts_of(app), []

    def turn():
        try:
            while fan_out(acts):
                pass
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=turn) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fan_out(acts)
    with app.act() as act:
        assert len(act.get(Tasks).recent(100)) == 30
    assert count(app, Delivery) == 30


def test_an_event_leaves_one_line_without_its_values(start, publish, caplog):
    """The log says what happened and whose it is."""
    app = start()
    publish(app, "hymn")
    with caplog.at_level(logging.INFO):
        fan_out(acts_of(app))
    (record,) = [record for record in caplog.records if record.name == "dihya.events"]
    assert (record.getMessage(), record.publisher) == ("event fake.sung", "fake") and "hymn" not in caplog.text


def test_what_everybody_got_is_forgotten_in_time(start, publish, deliver):
    """After keep_days the rows go; what somebody still waits for stays."""

    def deaf(act, event, key):
        raise RuntimeError

    app = start(ear=lambda act, event, key: None)
    publish(app, "old")
    deliver(app)
    with app.act() as act:
        act.session.execute(update(Published).values(at=now() - timedelta(days=31)))
    publish(app, "young")
    deliver(app)
    tidy(acts_of(app))
    with app.act() as act:
        assert [row.payload["song"] for row in act.session.scalars(select(Published))] == ["young"]
    assert count(app, Delivery) == 1


def test_what_is_owed_is_not_forgotten(start, publish, deliver):
    """An event that a subscriber has not got yet stays, however old it is."""

    def deaf(act, event, key):
        raise RuntimeError

    app = start(ear=deaf)
    publish(app, "old")
    deliver(app)
    with app.act() as act:
        act.session.execute(update(Published).values(at=now() - timedelta(days=400)))
    tidy(acts_of(app))
    assert count(app, Published) == 1


def test_what_was_dropped_is_not_owed_any_more(start, publish, deliver):
    """A delivery whose task an operator dropped does not keep its event for ever."""
    from datetime import datetime

    def deaf(act, event, key):
        raise RuntimeError

    app = start(ear=deaf)
    publish(app, "old")
    deliver(app)
    with app.act() as act:
        act.session.execute(update(Published).values(at=datetime(2020, 1, 1, tzinfo=now().tzinfo)))
        (task,) = act.get(Tasks).recent()
        act.get(Tasks).cancel(task.id)
    tidy(acts_of(app))
    assert count(app, Published) == 0


@pytest.mark.parametrize("serving", [True])
def test_a_server_delivers_by_itself(make_app, sung, serving):
    """What is committed in a serving process is delivered without anybody asking."""
    from types import SimpleNamespace

    from dihya_hookspecs import hookimpl
    from dihya_hookspecs.access import Permission
    from dihya_hookspecs.events import Subscription
    from dihya_hookspecs.i18n import Text

    heard = threading.Event()

    class Fake:
        @hookimpl
        def register_events(self):
            return sung

        @hookimpl
        def register_permissions(self):
            return Permission("fake:hear", Text("hear", "entendre"))

        @hookimpl
        def register_subscriptions(self):
            return Subscription("fake.sung", lambda act, event, key: heard.set(), "fake.ear")

    fake = Fake()
    names = ("register_events", "register_permissions", "register_subscriptions")
    plugin = SimpleNamespace(**{name: getattr(fake, name) for name in names}, __name__="dihya_fake")
    app = make_app("events", "tasks", plugins={"fake": plugin}, serving=serving)
    with app.act() as act:
        act.publish(sung("hymn"))
    assert heard.wait(30)
