"""What is kept of a plugin that is gone."""

from __future__ import annotations

from dihya_events.models import Delivery, Published, Subscriber
from sqlalchemy import select


def held(app):
    """Return (event's plugin, subscriber) of all deliveries, the plugins of all events, and all subscribers."""
    with app.act() as act:
        plugins = {row.id: row.plugin for row in act.session.scalars(select(Published))}
        deliveries = sorted((plugins[row.event_id], row.subscriber) for row in act.session.scalars(select(Delivery)))
        listening = sorted(act.session.scalars(select(Subscriber.name)))
    return deliveries, sorted(plugins.values()), listening


def purge(app, plugin):
    with app.act():
        app.hooks.call("on_purge", plugin=plugin)


def ignore(act, event, key):
    """Listen, and forget."""


def test_what_a_purged_plugin_published_is_gone(start, publish, again, deliver):
    """Also what nobody got yet; who would have got it goes on, and the queue ends without a failure (``on_purge``)."""
    app = start(ear=ignore)
    publish(app, "one")
    deliver(app)
    publish(app, "two")
    publish(app, "three")
    app = again(app)
    deliver(app)
    assert held(app)[0] == [("fake", "ear.ear")] * 3
    purge(app, "fake")
    assert held(app) == ([], [], ["ear.ear"])
    app = again(app, ear=ignore)
    deliver(app)
    with app.act() as act:
        from dihya_hookspecs.ops import Tasks

        assert not [task for task in act.get(Tasks).recent() if task.state == "failed"]


def test_what_waits_for_a_purged_plugin_is_gone(start, publish, deliver):
    """It listens to nothing any more; a plugin whose name begins alike still does."""
    app = start(ear=ignore, ear_two=ignore)
    publish(app, "one")
    deliver(app)
    purge(app, "ear")
    assert held(app) == ([("fake", "ear_two.ear")], ["fake"], ["ear_two.ear"])
