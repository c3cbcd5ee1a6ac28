"""What an attempt at a task does, and what it leaves when it does not come to its end."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Later, Task, Tasks
from dihya_tasks import folders
from dihya_tasks.models import QueuedTask
from sqlalchemy import text, update
from sqlalchemy.orm.exc import StaleDataError


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


def test_an_attempt_has_a_folder_that_goes_with_it(steps, monkeypatch):
    """It is there for all steps, closed to others, and gone afterwards though nobody sweeps."""
    monkeypatch.setattr(folders, "sweep", lambda data, running: 0)
    seen = []

    def work(handle, payload):
        handle.run("one", lambda: (handle.folder / "x").write_text("x"))
        seen.append((handle.folder, stat.S_IMODE(handle.folder.stat().st_mode), (handle.folder / "x").exists()))

    app, _ = steps(work)
    ((folder, mode, there),) = seen
    assert mode == 0o700 and there and not folder.exists() and folder.is_relative_to(app.data)


def test_the_next_attempt_has_another_folder(steps):
    """What an attempt that is taken for dead still writes lies in nobody's way."""
    seen = []

    def work(handle, payload):
        seen.append(handle.folder)
        if handle.attempt == 1:
            raise Later(0, "once more")

    steps(work)
    first, second = seen
    assert first != second


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
