"""The worker of a process; what it does after a sudden death is shown in test_run.py."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import Task, Tasks


@pytest.fixture
def plugin():
    plugin = SimpleNamespace(done=threading.Event(), release=threading.Event(), log=[], __name__="dihya_fake")

    def work(steps, payload):
        plugin.steps = steps
        steps.run("one", lambda: plugin.log.append("one"))
        plugin.done.set()
        plugin.release.wait(20)
        steps.run("two", lambda: plugin.log.append("two"))

    @hookimpl
    def register_tasks():
        return Task("fake.work", work)

    plugin.register_tasks = register_tasks
    return plugin


def queue(app):
    with app.act() as act:
        return act.get(Tasks).enqueue("fake.work", {})


def test_a_serving_house_works_by_itself(make_app, plugin):
    """A committed task is worked on without anybody asking; work() then only waits for it."""
    plugin.release.set()
    app = make_app("tasks", plugins={"fake": plugin}, serving=True)
    id = queue(app)
    assert plugin.done.wait(20)
    with app.act() as act:
        act.get(Tasks).work(20)
    with app.act() as act:
        assert act.get(Tasks).status(id).state == "done"


def test_leaving_stops_a_task_between_two_steps(make_app, plugin):
    """A server that stops leaves a running task as it is after its step; the next one finishes it, each step once."""
    app = make_app("tasks", plugins={"fake": plugin}, serving=True)
    id = queue(app)
    assert plugin.done.wait(20)
    from dihya_core.app import stop

    told = (
        plugin.steps._attempt.stop
    )  # what the next step looks at, which is set when the worker has heard that it leaves
    threading.Thread(target=lambda: told.wait(20) and plugin.release.set()).start()
    stop(app.flask)
    with app.act() as act:
        assert act.get(Tasks).status(id).state == "queued"
        act.get(Tasks).work(30)
    with app.act() as act:
        assert act.get(Tasks).status(id).state == "done"
    assert plugin.log == ["one", "two"]


def test_work_ends_when_its_time_is_over(make_app, plugin):
    """work(seconds) returns although a task is still running."""
    app = make_app("tasks", plugins={"fake": plugin})
    queue(app)
    begun = time.monotonic()
    with app.act() as act:
        act.get(Tasks).work(1.5)
    assert 1.4 < time.monotonic() - begun < 15
    plugin.release.set()


def test_work_begins_nothing_more_once_it_is_enough(make_app):
    """A task that the first one queued stays for whoever works next."""
    done = []
    plugin = SimpleNamespace(__name__="dihya_fake")

    def first(steps, payload):
        steps.run("one", lambda: done.append("first"))
        steps.run("two", lambda: get(Tasks).enqueue("fake.second", {}))

    def second(steps, payload):
        steps.run("one", lambda: done.append("second"))

    @hookimpl
    def register_tasks():
        return [Task("fake.first", first), Task("fake.second", second)]

    plugin.register_tasks = register_tasks
    app = make_app("tasks", plugins={"fake": plugin})
    with app.act() as act:
        act.get(Tasks).enqueue("fake.first", {})
    with app.act() as act:
        act.get(Tasks).work(20, until=lambda: "first" in done)
    assert done == ["first"]
    with app.act() as act:
        act.get(Tasks).work(20)
    assert done == ["first", "second"]


def test_the_disk_is_tidied_once_a_minute_and_not_at_each_look(make_app, plugin, monkeypatch):
    """A worker looks at the queue several times a second; what others left is looked for when a minute has passed."""
    app = make_app("tasks", plugins={"fake": plugin})
    with app.act() as act:
        worker = act.get(Tasks)._worker
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr("dihya_tasks.worker.time", SimpleNamespace(monotonic=lambda: clock.now))
    looks, tidied = iter((0, 1, 59, 61, 62)), []

    def take():
        clock.now = 1000.0 + next(looks)

    rounds = iter([True] * 5 + [False])
    worker._turn(SimpleNamespace(take=take, tidy=lambda: tidied.append(clock.now - 1000)), lambda: next(rounds))
    assert tidied == [0, 61]
