"""What a task's policy makes of a failure: pauses that grow, dead letters, limits of time."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, hookimpl
from dihya_hookspecs.acts import current
from dihya_hookspecs.ops import Retry, Task, Tasks
from dihya_tasks import crew, ending
from dihya_tasks.models import FinishedStep, QueuedTask
from dihya_tasks.service import now
from sqlalchemy import update


@pytest.fixture
def start(make_app, monkeypatch):
    """Offer a function as a task; return the application."""
    monkeypatch.setattr(ending, "chance", lambda: 1.0)

    def start(function, **policy):
        @hookimpl
        def register_tasks():
            return Task("fake.work", function, **policy)

        return make_app(
            "tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")}
        )

    return start


def queue(app, **options):
    with app.act() as act:
        return act.get(Tasks).enqueue("fake.work", {"secret": "of Tin"}, **options)


def work(app):
    with app.act() as act:
        act.get(Tasks).work(30)


def status(app, id):
    with app.act() as act:
        return act.get(Tasks).status(id)


def pause(app, id):
    """The seconds until the task is due."""
    with app.act() as act:
        return (act.session.get(QueuedTask, id).run_at - now()).total_seconds()


def make_due(app):
    with app.act() as act:
        act.session.execute(update(QueuedTask).values(run_at=now() - timedelta(seconds=1)))


def boom(steps, payload):
    raise ValueError(f"the secret {payload['secret']}")


def test_pauses_grow_until_the_task_is_a_dead_letter(start):
    """Each failure waits longer, by chance a little more; after the last one the task is given up."""
    app = start(boom, retry=Retry(times=3, first=100, factor=3, longest=500, jitter=0.1))
    id, pauses = queue(app), []
    for _ in range(3):
        work(app)
        assert status(app, id).state == "queued"
        pauses.append(pause(app, id))
        make_due(app)
    work(app)
    assert [round(one, -1) for one in pauses] == [110, 330, 550]
    found = status(app, id)
    assert (found.state, found.failures, len(found.history)) == ("failed", 4, 4)


def test_a_failure_is_a_sentence_without_values(start):
    """What went wrong is remembered for each attempt; nothing of the payload and of the exception's words."""
    app = start(boom)
    id = queue(app)
    work(app)
    found = status(app, id)
    assert found.error == "unexpected ValueError" and found.history[0].endswith("attempt 1: unexpected ValueError")


def test_a_task_that_is_tried_again_keeps_what_was_done(start):
    """A step that went well is not repeated, neither by the next attempt nor by a replay."""
    ran = []

    def function(steps, payload):
        steps.run("one", lambda: ran.append("one"))
        steps.run("two", two)

    def two():
        ran.append("two")
        if ran.count("two") < 3:
            raise Invalid("not yet")

    app = start(function, retry=Retry(times=1, first=0))
    id = queue(app)
    work(app)
    found = status(app, id)
    assert (found.state, found.error, ran) == ("failed", "not yet", ["one", "two", "two"])
    with app.act() as act:
        act.get(Tasks).replay(id)
    work(app)
    assert status(app, id).state == "done" and ran == ["one", "two", "two", "two"]
    with app.act() as act:
        assert act.session.query(FinishedStep).count() == 0


def test_a_task_that_was_cancelled_while_it_failed_is_not_tried_again(start):
    """Cancelling wins over the policy."""

    def function(steps, payload):
        steps.run("cancel", lambda: current().get(Tasks).cancel(steps.id))
        raise ValueError

    app = start(function, retry=Retry(times=5, first=0))
    id = queue(app)
    work(app)
    assert status(app, id).state == "cancelled"


def test_an_attempt_that_takes_too_long_has_failed(start, monkeypatch):
    """When its time is over the failure is written and the place is free; what it still commits is refused."""
    entered, go_on, ended = threading.Event(), threading.Event(), []
    clock = SimpleNamespace(ahead=0.0)
    import time as real

    late = SimpleNamespace(monotonic=lambda: real.monotonic() + clock.ahead)
    monkeypatch.setattr(crew, "time", late)

    def function(steps, payload):
        entered.set()
        go_on.wait(20)
        steps.run("late", lambda: ended.append("late"))
        ended.append("believed")

    app = start(function, timeout=600)
    id = queue(app)
    worker = threading.Thread(target=work, args=(app,))
    worker.start()
    assert entered.wait(20)
    clock.ahead = 601.0
    worker.join(20)
    assert not worker.is_alive()
    go_on.set()
    found = status(app, id)
    assert (found.state, found.error, ended) == ("failed", "it took longer than 600 seconds", [])


def test_slow_work_does_not_keep_quick_work_waiting(make_app):
    """Each queue has places of its own: while the only place of one is taken, the other goes on."""
    release, done = threading.Event(), threading.Event()

    @hookimpl
    def register_tasks():
        return [
            Task("fake.slow", lambda steps, payload: release.wait(20), queue="slow"),
            Task("fake.quick", lambda steps, payload: done.set()),
        ]

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    app = make_app("tasks", plugins={"fake": plugin}, config={"tasks": {"queues": {"slow": 1}}})
    with app.act() as act:
        for _ in range(3):
            act.get(Tasks).enqueue("fake.slow", {})
        act.get(Tasks).enqueue("fake.quick", {})
    worker = threading.Thread(target=work, args=(app,))
    worker.start()
    assert done.wait(20)
    release.set()
    worker.join(30)
    assert not worker.is_alive()


def test_a_huge_number_of_failures_makes_no_huge_number():
    """The pause stays below the longest one."""
    assert Retry(times=10**6, first=1, factor=10, longest=60, jitter=0).pause(10**5, 0) == 60
    assert Retry(times=2).pause(3, 0) is None
