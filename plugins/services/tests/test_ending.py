"""How a generation ends, and who is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from dihya_hookspecs import NotFound, hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.ops import Tasks, TaskStatus
from dihya_services.ending import announce, fail, outcome, settle, settle_stopped, spoken, state
from dihya_services.models import CANCELLED, Generation, Progress
from dihya_services.service import Generations

ANNA = Actor("p1", "Anna", frozenset({"user"}))


class Queue:
    """A queue in which tasks stand as a test wants them to."""

    def __init__(self) -> None:
        self.held: dict[str, TaskStatus] = {}

    @hookimpl
    def register_services(self, registry: Any) -> None:
        """Be the queue."""
        registry.register_value(Tasks, self)

    def enqueue(self, name: str, payload: Any, *, key: str | None = None) -> str:
        """Keep."""
        self.put(str(key), "queued")
        return str(key)

    def put(self, id: str, state: Any, error: str = "") -> None:
        """Let a task be in a state."""
        self.held[id] = TaskStatus(id, "services.generate", state, error)

    def status(self, id: str) -> TaskStatus:
        """Tell."""
        if id not in self.held:
            raise NotFound("no task")
        return self.held[id]


@pytest.fixture
def queue() -> Queue:
    """The queue."""
    return Queue()


@pytest.fixture
def app(make_app, fakes, queue):
    """An application with that queue."""
    return make_app("services", plugins={"fakes": fakes, "queue": queue})


@pytest.fixture
def begun(app) -> str:
    """The id of a generation that waits for its turn."""
    with app.act(actor=ANNA) as act:
        service = act.get(Generations)
        return str(service.begin(service.propose("les adhérents et les cotisations", "fr")[0]).id)


@pytest.fixture
def on(app, begun: str) -> Callable[[Any], Any]:
    """Does something to that generation in an act of its own."""

    def run(work: Callable[[Any, Generation], Any]) -> Any:
        with app.act(actor=ANNA) as act:
            return work(act, act.session.get(Generation, uuid.UUID(begun)))

    return run


def lines(act: Any, generation: Generation) -> list[tuple[str, str]]:
    """The progress as pairs of step and state."""
    return [(line.step, line.state) for line in act.session.query(Progress).order_by(Progress.number)]


def ended(act: Any, generation: Generation) -> tuple[str, str, bool]:
    """Status, reason, and whether it has ended."""
    return generation.status, generation.error, generation.finished_at is not None


def test_a_failure_says_where_and_why(on) -> None:
    """Row and progress agree."""
    on(lambda act, generation: fail(act, generation, "check", "failed", "plugin 'x' objects"))
    assert on(ended) == ("failed", "plugin 'x' objects", True)
    assert on(lines)[-1] == ("check", "failed")


def test_everybody_is_told_once(app, on, fakes) -> None:
    """A second announcement, after a restart say, is none."""
    on(lambda act, generation: fail(act, generation, "plan", "failed", "no"))
    on(announce)
    on(announce)
    assert [project.status for project in fakes.ended] == ["failed"]
    assert [event.name for event in fakes.events].count("services.generated") == 1
    (record,) = [event for event in app.trail if event.action == "services.generated"]
    assert record.facts["status"] == "failed" and record.facts["files"] == 0
    assert on(lines)[-1] == ("announce", "done")


def test_the_time_taken_is_added_up(on) -> None:
    """The sum replaces an earlier sum, and the proof is counted in the record."""

    def spend(act: Any, generation: Generation) -> None:
        generation.status, generation.durations = "ready", {"plan": 0.25, "prove": 1.5, "total": 99.0}
        generation.checks = [{"name": "a", "passed": True, "seconds": 1, "detail": ""}]
        announce(act, generation)

    on(spend)
    assert on(lambda act, generation: generation.durations) == {"plan": 0.25, "prove": 1.5, "total": 1.75}
    assert on(ended) == ("ready", "", True)


@pytest.mark.parametrize(
    ("state", "error", "found"),
    [
        ("failed", "the worker ran out of memory", ("failed", "the worker ran out of memory", True)),
        ("cancelled", "", ("failed", "it was cancelled", True)),
        ("queued", "", ("draft", "", False)),
        ("running", "", ("draft", "", False)),
    ],
)
def test_a_task_that_was_stopped_ends_its_generation(on, begun, queue, fakes, state, error, found) -> None:
    """Nobody waits for ever for a task that will not come back; one that goes on is left alone."""
    queue.put(begun, state, error)
    on(settle)
    assert on(ended) == found
    assert len(fakes.ended) == found[2]


def test_reading_a_generation_whose_task_was_stopped_changes_nothing(app, on, begun, queue, fakes) -> None:
    """A GET writes, publishes and audits nothing; the recurring work ends the generation for everybody."""
    queue.put(begun, "failed", "the worker ran out of memory")
    trail = len(app.trail)
    assert app.client("user", id=ANNA.id).get(f"/api/v1/generations/{begun}").status_code == 200
    assert not on(ended)[2] and fakes.ended == [] and len(app.trail) == trail
    settle_stopped(app.flask.acts)
    settle_stopped(app.flask.acts)
    assert on(ended) == ("failed", "the worker ran out of memory", True) and len(fakes.ended) == 1


def test_a_task_that_nobody_knows_is_left_alone(on, queue) -> None:
    """Its queue may be away for a moment."""
    queue.held.clear()
    on(settle)
    assert on(ended) == ("draft", "", False)


def test_what_has_ended_stays_as_it_ended(on, begun, queue, fakes) -> None:
    """A queue that says otherwise afterwards changes nothing."""
    on(lambda act, generation: fail(act, generation, "plan", "failed", "first"))
    queue.put(begun, "failed", "second")
    on(settle)
    assert on(ended) == ("failed", "first", True)
    assert fakes.ended == []


@pytest.mark.parametrize(
    ("status", "archive", "error", "found"),
    [
        ("ready", "a", "", "ready"),
        ("failed", None, "no", "failed"),
        ("generating", None, "", "generating"),
        ("archived", "a", "", "ready"),
        ("archived", None, "no", "failed"),
        ("archived", "a", "it was cancelled", "failed"),
    ],
)
def test_the_archive_hides_no_outcome(status, archive, error, found) -> None:
    """What was proven stays proven; what was stopped after its ZIP was packed stays failed."""
    assert outcome(Generation(status=status, archive=archive, error=error)) == found


@pytest.mark.parametrize(
    ("status", "archive", "error", "found"),
    [
        ("draft", None, "", "draft"),
        ("generating", None, "", "generating"),
        ("ready", "a", "", "ready"),
        ("failed", None, "no", "failed"),
        ("failed", None, CANCELLED, "stopped"),
        ("archived", "a", "", "ready"),
        ("archived", None, "no", "failed"),
        ("archived", "a", CANCELLED, "stopped"),
    ],
)
def test_what_somebody_stopped_is_told_apart_from_a_failure(on, begun, status, archive, error, found) -> None:
    """A row and a list of rows say the same of it."""

    def put(act: Any, generation: Generation) -> None:
        generation.status, generation.archive, generation.error = status, archive, error

    on(put)
    assert on(lambda act, generation: (state(generation), generation.state)) == (found, found)


@pytest.mark.parametrize(("how", "reason"), [("stopped", CANCELLED), ("failed", "no")])
def test_how_it_ended_is_the_last_word(on, how, reason) -> None:
    """That the others were told is kept, and is no line for people, who would read that it is finished."""
    on(lambda act, generation: fail(act, generation, "plan", how, reason))
    on(announce)
    kept = on(lambda act, generation: spoken(generation, act.session.query(Progress).order_by(Progress.number).all()))
    assert (kept[-1].state, len(on(lines)) - len(kept)) == (how, 1)
