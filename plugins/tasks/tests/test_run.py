"""Tasks survive the sudden death of their process, wherever it strikes."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Later, Task, Tasks
from dihya_tasks import leases, run
from dihya_tasks.models import QueuedTask
from sqlalchemy import text, update
from sqlalchemy.orm.exc import StaleDataError

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


def test_a_process_that_slept_changes_nothing_any_more(app):
    """A process that was stopped inside a step, and taken for dead, is refused at its commit when it wakes: each step
    changed the database once, the task went well, and nothing failed."""
    if app.database.engine.dialect.name == "sqlite":
        pytest.skip("a process that is stopped may hold SQLite's lock, for which everybody waits; see test_leases.py")
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


@pytest.fixture
def steps(make_app):
    """Run a function as a task in this process; return what it said and how it ended."""

    def run(work):
        @hookimpl
        def register_tasks():
            return Task("fake.work", work)

        app = make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})
        with app.act("test") as act:
            id = act.get(Tasks).enqueue("fake.work", {})
        with app.act("test") as act:
            act.get(Tasks).work(30)
        with app.act("test") as act:
            return app, act.get(Tasks).status(id)

    return run


def test_rows_that_somebody_else_changed_are_tried_again(steps):
    """A step that found its rows changed meanwhile is tried again, and goes well."""
    tries = []

    def work():
        tries.append(1)
        if len(tries) < 3:
            raise StaleDataError
        return len(tries)

    _, found = steps(lambda handle, payload: handle.run("one", work))
    assert (found.state, len(tries)) == ("done", 3)


def test_what_fails_because_another_attempt_goes_on_is_no_failure(steps):
    """An attempt whose task was taken over ends without a word, whatever it stumbled over."""
    ended = []

    def work(handle, payload):
        if handle.attempt == 2:
            return
        try:
            handle.run("one", lambda: taken_over(handle))
        except Exception as error:
            ended.append(error)
            raise

    def taken_over(handle):
        with current().get(Acts).open("test.take") as act:
            values = {"leased_until": datetime.now(UTC) - timedelta(seconds=1), "state": "queued"}
            act.session.execute(update(QueuedTask).values(**values))
        raise FileNotFoundError("pulled away")

    app, found = steps(work)
    assert (found.state, ended) == ("done", [])
    assert [event.action for event in app.trail if event.outcome == "failed"] == ["fake.work"]


def test_an_attempt_has_a_folder_that_goes_with_it(steps):
    """It is there for all steps, closed to others, and gone afterwards."""
    seen = []

    def work(handle, payload):
        handle.run("one", lambda: (handle.folder / "x").write_text("x"))
        seen.append((handle.folder, stat.S_IMODE(handle.folder.stat().st_mode), (handle.folder / "x").exists()))

    app, _ = steps(work)
    ((folder, mode, there),) = seen
    assert mode == 0o700 and there and not folder.exists() and folder.is_relative_to(app.data)


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


def test_slow_work_holds_no_transaction(steps):
    """A step outside of a transaction has services and no session, and its result reaches the next step."""
    seen = []

    def slow():
        act = current()
        with pytest.raises(RuntimeError, match="has no session"):
            act.session  # noqa: B018
        seen.append(act.get(Database).engine.dialect.name)
        return 7

    def work(handle, payload):
        found = handle.run("slow", slow, outside=True)
        handle.run("write", lambda: current().session.execute(text("SELECT 1")).scalar() and seen.append(found))

    _, found = steps(work)
    assert (found.state, found.error, seen[1:]) == ("done", "", [7])


def test_slow_work_that_was_done_is_not_done_again(steps):
    """What a step outside of a transaction returned is remembered for the next attempt."""
    ran = []

    def work(handle, payload):
        handle.run("slow", lambda: ran.append("slow"), outside=True)
        if handle.attempt == 1:
            raise Later(0, "once more")

    _, found = steps(work)
    assert (found.state, ran) == ("done", ["slow"])


def test_what_is_put_off_counts_for_nothing(steps):
    """A task that says Later begins again, without a failure."""

    def work(handle, payload):
        if handle.attempt < 3:
            raise Later(0, "not yet")

    app, found = steps(work)
    assert (found.state, found.failures, found.history) == ("done", 0, ())


def test_progress_is_seen_while_a_step_runs_outside_and_with_the_commit_of_others(steps):
    """Outside of a transaction at once, inside of a step with its commit, so that nobody waits for a lock."""
    seen = []

    def slow(handle):
        handle.progress(1, 4)
        look(handle)

    def look(handle):
        with current().get(Acts).open("test.look") as act:
            found = act.get(Tasks).status(handle.id)
            seen.append((found.done, found.of))

    def work(handle, payload):
        handle.run("slow", lambda: slow(handle), outside=True)
        handle.run("quick", lambda: handle.progress(4, 4))
        handle.run("look", lambda: look(handle))

    _, found = steps(work)
    assert (found.state, seen, found.done) == ("done", [(1, 4), (4, 4)], 4)
