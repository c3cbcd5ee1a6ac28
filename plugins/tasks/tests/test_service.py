"""The queue as plugins use it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, NotFound, hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import Task, Tasks


class Fake:
    """A plugin with tasks that note what they did."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.broken = True

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
            if self.broken:
                raise ValueError("the secret of Tin Hinan")
            self.log.append(f"mended {payload['number']}")

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


def test_the_same_key_is_one_task(app, fake):
    """Queueing under a key again changes nothing, before and after the task ran."""
    first = queue(app, key="one")
    assert queue(app, number=2, key="one") == first
    work(app)
    assert queue(app, number=3, key="one") == first
    work(app)
    assert [line for line in fake.log if line.startswith("one")] == ["one 1"]


def test_a_key_belongs_to_one_kind_of_work(app):
    """Two kinds of work may use the same key and are two tasks."""
    assert queue(app, key="one") != queue(app, "fake.fails", key="one")


def test_a_task_waits_for_its_moment(app, fake):
    """A task that is queued for later is not begun before, and is when its moment has come."""
    id = queue(app, at=datetime.now(UTC) + timedelta(hours=1))
    work(app)
    assert fake.log == [] and status(app, id).due
    from dihya_tasks.models import QueuedTask

    with app.act() as act:
        act.session.get(QueuedTask, id).run_at = datetime.now(UTC) - timedelta(seconds=1)
    work(app)
    assert status(app, id).state == "done"


def test_a_dead_letter_is_replayed(app, fake):
    """A task that failed for good keeps its payload, is listed, and begins again when it is replayed."""
    id = queue(app, "fake.fails", number=7)
    work(app)
    with app.act() as act:
        assert [task.id for task in act.get(Tasks).dead()] == [id]
        act.get(Tasks).replay(id)
    fake.broken = False
    work(app)
    assert status(app, id).state == "done" and fake.log[-1] == "mended 7"
    assert [event.action for event in app.trail if event.action == "tasks.replay"] == ["tasks.replay"]


def test_a_dead_letter_is_dropped_for_a_reason(app):
    """Dropping empties the payload and keeps the reason; without one it is refused."""
    from dihya_tasks.models import QueuedTask

    id = queue(app, "fake.fails")
    work(app)
    with pytest.raises(Invalid), app.act() as act:
        act.get(Tasks).drop(id, " ")
    with app.act() as act:
        act.get(Tasks).drop(id, "the receiver is gone")
    with app.act() as act:
        assert act.get(Tasks).dead() == [] and act.session.get(QueuedTask, id).payload is None
        found = act.get(Tasks).status(id)
    assert (found.state, found.reason) == ("dropped", "the receiver is gone")


def test_only_a_dead_letter_is_replayed_or_dropped(app):
    """A task that waits is refused with 409."""
    id = queue(app)
    for call in (lambda queue: queue.replay(id), lambda queue: queue.drop(id, "x")):
        with pytest.raises(Invalid) as raised, app.act() as act:
            call(act.get(Tasks))
        assert raised.value.status == 409


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
    ("name", "payload", "key"),
    [("fake.tree", {}, None), ("fake.three", {"x": object()}, None), ("fake.three", {}, "x" * 201)],
)
def test_what_cannot_be_queued(app, name, payload, key):
    """Unknown names, payloads that are not JSON and overlong keys are refused at once."""
    with pytest.raises(Invalid), app.act("test") as act:
        act.get(Tasks).enqueue(name, payload, key=key)


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
    from dihya_hookspecs import DihyaError
    from dihya_tasks import service

    queue(app)
    with app.act("test"):
        assert service.probe() == "1 queued, 0 running"
    monkeypatch.setattr(service, "PATIENCE", timedelta(0))
    with app.act("test"), pytest.raises(DihyaError, match="nobody works on the queue"):
        service.probe()


def test_the_health_check_tells_of_dead_letters(app):
    """They are no failure of the queue, and are not to be overlooked."""
    from dihya_tasks import service

    queue(app, "fake.fails")
    work(app)
    with app.act("test"):
        assert service.probe() == "0 queued, 0 running, 1 dead letters: 'dihya tasks dead'"
