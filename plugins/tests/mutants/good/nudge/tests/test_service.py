"""From the wish to the task that waits."""

import datetime as dt
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.events import Outbox
from dihya_hookspecs.ops import Tasks
from dihya_nudge import service


@pytest.fixture
def app(make_app):
    """An application with a queue and an outbox."""
    return make_app("nudge", "tasks", "events")


def waiting(app):
    """Deliver what was published, and return what waits: name and moment."""
    with app.act():
        get(Outbox).deliver()
    with app.act():
        return [(one.name, one.due) for one in get(Tasks).recent() if one.name == "nudge.remind"]


def test_a_wish_becomes_a_task(app):
    """For the moment that was named, and one however often the event comes."""
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with app.act():
        service.ask("water", 90)
    ((_, due),) = waiting(app)
    assert dt.timedelta(minutes=90) <= dt.datetime.fromisoformat(due) - before < dt.timedelta(minutes=91)
    assert len(waiting(app)) == 1


def test_an_act_that_fails_asks_for_nothing(app):
    """The event stands in its transaction."""
    with pytest.raises(RuntimeError), app.act():
        service.ask("water", 90)
        raise RuntimeError
    assert waiting(app) == []


@pytest.mark.parametrize("minutes", [0, 1441])
def test_more_than_a_day_is_refused(app, minutes):
    """And no time at all."""
    with app.act(), pytest.raises(Invalid, match="1 to 1440 minutes"):
        service.ask("water", minutes)


@pytest.mark.parametrize("minutes", [1, 1440])
def test_a_minute_and_a_day_are_taken(app, minutes):
    """Both ends belong to it."""
    with app.act():
        service.ask("water", minutes)
    assert len(waiting(app)) == 1


def test_the_task_says_what_it_is_about():
    """The subject that was asked for."""
    assert service.remind(SimpleNamespace(), {"subject": "water"}) == "remember water"
