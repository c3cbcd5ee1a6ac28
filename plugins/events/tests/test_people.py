"""Events that speak of a person."""

from __future__ import annotations

from dihya_events.models import Delivery, Published
from dihya_events.people import erase, export
from dihya_hookspecs.rgpd import Demand
from sqlalchemy import select

WORDS = frozenset({"0192-key-of-tin"})


def test_an_event_that_speaks_of_a_person_is_shown_and_goes_with_them(start, publish, deliver):
    """Event and receipts go; another person's event stays."""
    app = start(ear=lambda act, event, key: None)
    publish(app, "0192-key-of-tin")
    publish(app, "0192-key-of-ada")
    deliver(app)
    with app.act() as act:
        (shown,) = export(Demand("d", "export", WORDS))
        assert [row["payload"]["song"] for row in shown.rows] == ["0192-key-of-tin"]
        assert [(one.source, one.removed) for one in erase(Demand("d", "erase", WORDS))] == [("events_published", 1)]
        (left,) = act.session.scalars(select(Published))
        assert left.payload["song"] == "0192-key-of-ada"
        assert [row.event_id for row in act.session.scalars(select(Delivery))] == [left.id]


def test_a_delivery_whose_event_went_with_its_person_ends(start, publish, deliver):
    """What was on its way to a subscriber is not delivered, and nothing fails."""
    from dihya_events.relay import fan_out
    from dihya_hookspecs.acts import Acts
    from dihya_hookspecs.ops import Tasks

    heard = []
    app = start(ear=lambda act, event, key: heard.append(event))
    publish(app, "0192-key-of-tin")
    with app.act() as act:
        acts = act.get(Acts)
    fan_out(acts)
    with app.act():
        erase(Demand("d", "erase", WORDS))
    deliver(app)
    with app.act() as act:
        assert [task.state for task in act.get(Tasks).recent()] == ["done"] and heard == []


def test_nobody_meant_is_nothing_done(start):
    """Without an event about the person there is nothing to tell."""
    app = start()
    with app.act():
        assert (export(Demand("d", "export", WORDS)), erase(Demand("d", "erase", WORDS))) == ([], [])
