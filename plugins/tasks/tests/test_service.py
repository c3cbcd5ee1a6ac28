"""The queue as plugins use it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, NotFound, hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import Task, Tasks


class Fake:
    """A plugin with tasks that note what they did."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def plugin(self) -> SimpleNamespace:
        @hookimpl
        def register_tasks():
            return [Task("fake.three", self.three), Task("fake.fails", self.fails), Task("fake.stops", self.stops)]

        return SimpleNamespace(register_tasks=register_tasks, __doc__="A plugin with tasks.", __name__="dihya_fake")

    def three(self, steps, payload):
        results = [steps.run(name, lambda name=name: self.note(name, payload)) for name in ("one", "two", "three")]
        self.log.append(repr(results))

    def note(self, name, payload):
        self.log.append(f"{name} {payload['number']}")
        return {"step": name, "pair": (1, 2)}

    def fails(self, steps, payload):
        def work():
            raise ValueError("the secret of Tin Hinan")

        try:
            steps.run("bad", work)
        except ValueError as error:
            self.log.append(type(error).__name__)
            raise

    def stops(self, steps, payload):
        steps.run("first", lambda: get(Tasks).cancel(steps.id))
        try:
            self.log.append(f"cancelled {steps.cancelled()}")
            steps.run("second", lambda: self.log.append("second"))
        except Exception:
            self.log.append("swallowed")


@pytest.fixture
def fake():
    return Fake()


@pytest.fixture
def app(make_app, fake):
    return make_app("tasks", plugins={"fake": fake.plugin()})


def queue(app, name="fake.three", number=1, **options):
    with app.act("test") as act:
        return act.get(Tasks).enqueue(name, {"number": number}, **options)


def work(app, seconds=30.0):
    with app.act("test") as act:
        act.get(Tasks).work(seconds)


def status(app, id):
    with app.act("test") as act:
        return act.get(Tasks).status(id)


def test_a_task_runs_its_steps_in_order(app, fake):
    """A queued task is worked on, step by step, with JSON results, and its payload is gone afterwards."""
    id = queue(app)
    assert status(app, id).state == "queued"
    work(app)
    results = [{"step": name, "pair": [1, 2]} for name in ("one", "two", "three")]
    assert fake.log == ["one 1", "two 1", "three 1", repr(results)]
    found = status(app, id)
    assert (found.state, found.steps, found.error) == ("done", 3, "")
    from dihya_tasks.models import FinishedStep, QueuedTask

    with app.act("test") as act:
        assert act.session.get(QueuedTask, id).payload is None
        assert act.session.query(FinishedStep).count() == 0


def test_a_failed_act_queues_nothing(app, fake):
    """When the act that queued a task fails, there is no task."""
    with pytest.raises(RuntimeError), app.act("test") as act:
        id = act.get(Tasks).enqueue("fake.three", {"number": 1})
        raise RuntimeError
    work(app)
    with pytest.raises(NotFound):
        status(app, id)
    assert fake.log == []


def test_the_same_id_is_one_task(app, fake):
    """Queueing an id again changes nothing, before and after the task ran."""
    assert queue(app, id="one") == queue(app, number=2, id="one") == "one"
    work(app)
    queue(app, number=3, id="one")
    work(app)
    assert [line for line in fake.log if line.startswith("one")] == ["one 1"]


def test_an_id_of_another_task_is_refused(app):
    """An id cannot be shared by two kinds of work."""
    queue(app, id="one")
    with pytest.raises(Invalid, match=r"belongs to a task 'fake\.three'"):
        queue(app, "fake.fails", id="one")


def test_a_failing_task_says_so_without_values(app, fake):
    """The task sees the original exception; the queue and the engine keep only its type."""
    id = queue(app, "fake.fails")
    work(app)
    found = status(app, id)
    assert (found.state, found.error) == ("failed", "unexpected ValueError") and fake.log == ["ValueError"]
    for file in app.data.rglob("*"):
        if file.is_file():
            assert b"Tin Hinan" not in file.read_bytes()


def test_a_running_task_stops_before_its_next_step(app, fake):
    """Cancelling takes effect between steps, and the task cannot swallow it."""
    id = queue(app, "fake.stops")
    work(app)
    assert status(app, id).state == "cancelled" and fake.log == ["cancelled True"]
    assert [event.object for event in app.trail if event.action == "tasks.cancel"] == [f"tasks_tasks:{id}"]


def test_a_waiting_task_never_begins(app, fake):
    """A task that is cancelled while it waits does not run."""
    id = queue(app)
    with app.act("test") as act:
        act.get(Tasks).cancel(id)
        act.get(Tasks).cancel(id)
    work(app)
    assert status(app, id).state == "cancelled" and fake.log == []


@pytest.mark.parametrize(
    ("name", "payload", "id"),
    [("fake.tree", {}, None), ("fake.three", {"x": object()}, None), ("fake.three", {}, "x" * 65)],
)
def test_what_cannot_be_queued(app, name, payload, id):
    """Unknown names, payloads that are not JSON and overlong ids are refused at once."""
    with pytest.raises(Invalid), app.act("test") as act:
        act.get(Tasks).enqueue(name, payload, id=id)


def test_a_task_whose_plugin_is_gone_fails(app, make_app):
    """A task that no active plugin offers any more fails with a sentence that names it."""
    id = queue(app)
    other = make_app("tasks", data=app.data, tables=False, config={"db": {"url": url(app)}})
    work(other)
    assert status(other, id).error == "no active plugin offers the task 'fake.three'"


def url(app):
    from dihya_hookspecs.data import Database

    with app.act("test") as act:
        return act.get(Database).engine.url.render_as_string(hide_password=False)


def test_recent_is_newest_first(app):
    """The list begins with the newest task."""
    ids = [queue(app) for _ in range(3)]
    with app.act("test") as act:
        assert [task.id for task in act.get(Tasks).recent(2)] == ids[::-1][:2]


def test_the_health_check_fails_when_nobody_works(app, monkeypatch):
    """A task that nobody takes for two minutes makes the health check fail."""
    from datetime import timedelta

    from dihya_hookspecs import DihyaError
    from dihya_tasks import service

    queue(app)
    with app.act("test"):
        assert service.probe() == "1 queued, 0 running"
    monkeypatch.setattr(service, "PATIENCE", timedelta(0))
    with app.act("test"), pytest.raises(DihyaError, match="nobody works on the queue"):
        service.probe()
