"""Tasks survive the sudden death of their process, wherever it strikes."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task, Tasks
from sqlalchemy import text

POINTS = [
    "handed", "before:one", "inside:one", "unnoted:one", "before:two", "inside:two", "unnoted:two", "before:three",
    "inside:three", "unnoted:three", "ended",
]  # fmt: skip


@pytest.fixture
def app(house):
    @hookimpl
    def register_tasks():
        return Task("fake.three", lambda steps, payload: None)  # the victims have the real one

    app = house("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})
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
        assert process.stdout.readline() == "serving\n"
        yield process
        process.stdin.close()
        process.wait(30)


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
    assert state(app, id) == "running" and rows(app) == ["one", "two"]
    assert work(app) == 0 and state(app, id) == "done" and lines(app) == ["one", "two", "three", "end"]


def test_a_server_works_on_what_is_queued(app):
    """A serving process picks up tasks that others queue, and stops when told to."""
    with server(app) as process:
        for id in [queue(app) for _ in range(3)]:
            wait_for(app, id, "done")
    assert process.returncode == 0


def test_a_lost_engine_file_loses_no_task(app):
    """When the engine's own file is gone, or the database is an older copy, unfinished tasks are handed over again."""
    id = queue(app)
    assert work(app, "inside:two") == -9
    if app.database.engine.dialect.name == "sqlite":
        for path in app.data.glob("tasks.sqlite*"):
            path.unlink()
    else:
        with app.database.engine.execution_options(dihya_unaudited="a test").begin() as connection:
            schema = connection.scalar(text("SELECT current_schema()"))
            connection.execute(text(f'DROP SCHEMA "{schema}_tasks" CASCADE'))
    assert work(app) == 0
    assert state(app, id) == "done" and rows(app) == ["one", "three", "two"]


def test_a_task_that_the_engine_gave_up_has_failed(app, monkeypatch):
    """A task whose process died too often is marked as failed, with the reason."""
    from dihya_tasks import engine

    id = queue(app)
    assert work(app, "inside:two") == -9
    monkeypatch.setattr(engine, "states", lambda ids: dict.fromkeys(ids, "MAX_RECOVERY_ATTEMPTS_EXCEEDED"))
    with app.act("test") as act:
        act.get(Tasks).work(30)
    with app.act("test") as act:
        found = act.get(Tasks).status(id)
    assert (found.state, found.error) == ("failed", "its process died too often while it was running")


def test_what_has_ended_leaves_the_engine(app):
    """The engine keeps nothing of tasks that have ended."""
    from dihya_tasks import engine

    seen = []
    queue(app)
    assert work(app) == 0
    original = engine.destroy
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "destroy", lambda: (seen.append(engine.finished()), original()))
        with app.act("test") as act:
            act.get(Tasks).work(5)
    assert seen == [[]]
