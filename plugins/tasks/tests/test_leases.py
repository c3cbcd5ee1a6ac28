"""A lease belongs to one, runs out, and its number fences whoever comes too late."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks import leases
from dihya_tasks.leases import Fenced, Lease, claim, give_back, renew, seal, waiting
from dihya_tasks.models import QueuedTask
from dihya_tasks.service import now
from sqlalchemy import update


@hookimpl
def register_tasks():
    return Task("fake.work", lambda steps, payload: None)


@pytest.fixture
def app(make_app):
    return make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})


def queue(app, *keys, **options):
    with app.act() as act:
        return [act.get(Tasks).enqueue("fake.work", {}, key=key, **options) for key in keys]


def take(app, worker="w", most=10):
    with app.act() as act:
        return claim(act.session, worker, "default", most)


def expire(app):
    with app.act() as act:
        act.session.execute(update(QueuedTask).values(leased_until=now() - timedelta(seconds=1)))


def test_a_task_is_taken_once(app):
    """What one worker has taken, no other gets, as long as it is heard of; the oldest come first."""
    a, b, c = queue(app, "a", "b", "c")
    with app.act() as act:
        assert waiting(act.session) == ["default"]
    assert [lease.id for lease in take(app, "one", 2)] == [a, b]
    assert [lease.id for lease in take(app, "two")] == [c]
    with app.act() as act:
        assert waiting(act.session) == []
    assert take(app) == []


def test_the_higher_priority_goes_first(app):
    """Of what waits the higher priority is taken first, whoever came first."""
    (low,) = queue(app, "low")
    (high,) = queue(app, "high", priority=5)
    assert [lease.id for lease in take(app)] == [high, low]


def test_a_lease_that_ran_out_is_taken_under_the_next_number(app):
    """The number grows, the death is counted, and the first holder learns that it lost its task."""
    queue(app, "a")
    (first,) = take(app, "one")
    expire(app)
    (second,) = take(app, "two")
    assert (first.attempt, second.attempt, second.deaths) == (1, 2, 1)
    with app.act() as act:
        assert renew(act.session, [first, second]) == [first]


def test_a_task_rests_longer_after_each_death(app):
    """The first death costs no time, so that a restart delays nobody; the next ones ever more, up to a quarter of an hour."""
    assert [leases.rest(number) for number in (0, 1, 2, 3, 9)] == [0, 3, 9, 27, 900]
    queue(app, "a")
    take(app)
    for deaths in range(1, leases.MOST_DEATHS + 1):
        expire(app)
        if rest := leases.rest(deaths - 1):
            assert take(app) == []
            with app.act() as act:
                act.session.execute(update(QueuedTask).values(leased_until=now() - timedelta(seconds=rest + 1)))
        (lease,) = take(app)
        assert lease.deaths == deaths


def test_deaths_of_a_bad_minute_give_no_task_up(app):
    """Ten kills of its process take an hour at least, so that a task is not taken for what somebody else does."""
    assert sum(leases.rest(number) for number in range(leases.MOST_DEATHS)) > 3600


def test_a_late_commit_is_undone(app):
    """An old attempt cannot commit anything, and the newest one can."""
    (a,) = queue(app, "a")
    (first,) = take(app)
    expire(app)
    (second,) = take(app)
    with pytest.raises(Fenced), app.act() as act:
        act.session.get(QueuedTask, a).error = "of the old one"
        seal(act.session, first, steps=1)
    with app.act() as act:
        seal(act.session, second, steps=2)
    with app.act() as act:
        row = act.session.get(QueuedTask, a)
        assert (row.error, row.steps) == ("", 2)
    assert not [event for event in app.trail if event.outcome == "failed"]


def test_what_is_given_back_is_taken_at_once(app):
    """A worker that stops in good order counts as no death."""
    (a,) = queue(app, "a")
    held = take(app)
    with app.act() as act:
        give_back(act.session, held)
    assert take(app) == [Lease(a, 2, 0)]


def test_a_lease_that_is_renewed_does_not_run_out(app):
    """A sign of life is enough."""
    queue(app, "a")
    held = take(app)
    expire(app)
    with app.act() as act:
        assert renew(act.session, held) == []
    assert take(app) == []


def test_no_two_workers_have_one_name():
    """Not even in one process."""
    assert leases.worker_name() != leases.worker_name()
