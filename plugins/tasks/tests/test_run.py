"""Tasks survive the sudden death of their process, wherever it strikes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks import leases, run
from sqlalchemy import text

POINTS = [
    "claimed", "before:one", "inside:one", "after:one", "before:two", "inside:two", "after:two", "before:three",
    "inside:three", "after:three", "ended",
]  # fmt: skip


@pytest.fixture
def app(make_app, monkeypatch):
    monkeypatch.setattr(leases, "LEASE", 2.0)
    monkeypatch.setattr(leases, "BEAT", 0.3)

    @hookimpl
    def register_tasks():
        return Task("fake.three", lambda steps, payload: None)  # the victims have the real one

    app = make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})
    with app.act("test") as act:
        app.database = act.get(Database)
        act.session.execute(text("CREATE TABLE fake_rows (name VARCHAR(20))"))
    return app


def command(app, mode: str, point: str) -> list[str]:
    url = app.database.engine.url.render_as_string(hide_password=False)
    return [sys.executable, str(Path(__file__).with_name("victim.py")), str(app.data), url, mode, point]


def work(app, point: str = "never") -> int:
    """Work in a process of its own; return its exit code, -9 if it was killed."""
    return subprocess.run(command(app, "work", point), timeout=60, check=False).returncode


@contextmanager
def server(app, point: str = "never"):
    """A serving process."""
    started = command(app, "serve", point)
    with subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "serving\n"
            yield process
            process.stdin.close()
            process.wait(30)
        finally:
            process.kill()


def queue(app) -> str:
    with app.act("test") as act:
        return act.get(Tasks).enqueue("fake.three", {})


def state(app, id: str) -> str:
    with app.act("test") as act:
        return act.get(Tasks).status(id).state


def wait_for(app, id: str, wanted: str) -> None:
    end = time.monotonic() + 30
    while state(app, id) != wanted:
        assert time.monotonic() < end, f"still {state(app, id)}"


def rows(app) -> list[str]:
    with app.database.session() as session:
        return sorted(session.scalars(text("SELECT name FROM fake_rows")))


def lines(app) -> list[str]:
    return (app.data / "log").read_text().split()


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_task_is_finished_after_the_restart(app, point):
    """After SIGKILL at any point, the next process finishes the task; each step changes the database exactly once."""
    id = queue(app)
    assert work(app, point) == -9
    if point != "ended":
        assert state(app, id) != "done"
    assert work(app) == 0
    assert state(app, id) == "done" and rows(app) == ["one", "three", "two"]
    where, _, step = point.partition(":")
    expected = ["one", "two", "three", "end"]
    if where == "inside":  # what is outside the database may happen again when the step was not over
        expected.insert(expected.index(step), step)
    assert lines(app) == expected


def test_a_living_process_takes_over_from_a_dead_one(app):
    """What a killed process had begun is finished by one that was running all the time."""
    with server(app, "stuck:two") as mortal:
        id = queue(app)
        assert mortal.stdout.readline() == "stuck\n"
        with server(app):
            assert state(app, id) == "running"
            mortal.kill()
            wait_for(app, id, "done")
    assert rows(app) == ["one", "three", "two"] and lines(app) == ["one", "two", "two", "three", "end"]


def test_a_process_that_ends_by_itself_stops_between_two_steps(app):
    """A process whose main thread ends finishes the step that runs, not the task; the next process does that."""
    id = queue(app)
    subprocess.run(command(app, "leave", "slow:two"), timeout=60, check=True)
    assert state(app, id) == "queued" and rows(app) == ["one", "two"]
    assert work(app) == 0 and state(app, id) == "done" and lines(app) == ["one", "two", "three", "end"]


def test_a_server_works_on_what_is_queued(app):
    """A serving process picks up tasks that others queue, and stops when told to."""
    with server(app) as process:
        for id in [queue(app) for _ in range(3)]:
            wait_for(app, id, "done")
    assert process.returncode == 0


@pytest.mark.engine(
    "postgresql"
)  # a process that is stopped may hold SQLite's lock, for which everybody waits; see test_leases.py
def test_a_process_that_slept_changes_nothing_any_more(app):
    """A process that was stopped inside a step, and taken for dead, is refused at its commit when it wakes: each step
    changed the database once, the task went well, and nothing failed."""
    with server(app, "hard:two") as sleeper:
        id = queue(app)
        assert sleeper.stdout.readline() == "stopping\n"
        assert work(app) == 0
        assert state(app, id) == "done" and rows(app) == ["one", "three", "two"]
        sleeper.send_signal(signal.SIGCONT)
    assert sleeper.returncode == 0
    assert state(app, id) == "done" and rows(app) == ["one", "three", "two"]
    assert lines(app)[:4] == ["one", "two", "three", "end"]


def test_a_task_that_kills_its_process_is_given_up(app, monkeypatch):
    """A task whose process died too often is marked as failed, with the reason."""
    monkeypatch.setattr(leases, "MOST_DEATHS", 1)
    id = queue(app)
    assert work(app, "inside:two") == -9
    with app.act("test") as act:
        act.get(Tasks).work(30)
    with app.act("test") as act:
        found = act.get(Tasks).status(id)
    assert (found.state, found.error) == ("failed", "its process died too often while it was running")


def test_two_processes_share_the_queue(app):
    """Of many tasks each is done once, whoever takes it."""
    with server(app), server(app):
        for id in [queue(app) for _ in range(8)]:
            wait_for(app, id, "done")
    assert rows(app) == sorted(["one", "two", "three"] * 8)


def test_what_goes_wrong_while_the_process_stops_is_no_failure(app):
    """A step may ask whether its process stops before it believes a failure: then the attempt ends, and another goes on."""
    ended = []

    def work():
        attempt.stop.set()
        handle.check()
        ended.append("believed")

    with app.act("test") as act:
        id = act.get(Tasks).enqueue("fake.three", {})
    with app.act("test") as act:
        (lease,) = leases.claim(act.session, "w", "default", 1)
    attempt = run.Attempt(lease, app.flask.acts, app.data, threading.Event())
    handle = run.RunningSteps(attempt, "fake.three", {})
    with pytest.raises(run.Interrupted):
        handle.run("one", work)
    assert ended == [] and state(app, id) == "running"
    assert not [event for event in app.trail if event.outcome == "failed"]
