"""The four faults that DBOS published of its own recovery do not happen here, and two machines take over from one another."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks import leases, run
from dihya_tasks.models import Leader, QueuedTask
from dihya_tasks.service import now
from dihya_tests.postgresql import Server
from sqlalchemy import select, text, update


@hookimpl
def register_tasks():
    return [
        Task("fake.three", lambda steps, payload: None),  # the victims have the real one
        Task("fake.note", lambda steps, payload: steps.run("only", lambda: 1), queue="single"),
    ]


PLUGIN = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")


@pytest.fixture
def app(make_app, monkeypatch):
    monkeypatch.setattr(leases, "LEASE", 2.0)
    monkeypatch.setattr(leases, "BEAT", 0.3)
    app = make_app("tasks", plugins={"fake": PLUGIN}, config={"tasks": {"queues": {"single": 1}}})
    with app.act("test") as act:
        act.session.execute(text("CREATE TABLE fake_rows (name VARCHAR(20))"))
    return app


def database_of(app):
    with app.act() as act:
        return act.get(Database)


def queue(app, name="fake.three"):
    with app.act() as act:
        return act.get(Tasks).enqueue(name, {})


def state(app, id):
    with app.act() as act:
        return act.get(Tasks).status(id).state


def state_if_it_answers(app, id):
    try:
        return state(app, id)
    except DihyaError:
        return None


def abandon(app, *ids):
    """Let tasks be as a process left them that died right after taking them."""
    with app.act() as act:
        taken = leases.claim(act.session, "dead", "single", len(ids))
        act.session.execute(update(QueuedTask).values(leased_until=now() - timedelta(hours=1)))
    return taken


@contextmanager
def server(app, data: Path, point: str = "never"):
    """A serving process with a data folder of its own, on the database of *app*: another machine, so to speak."""
    data.mkdir(exist_ok=True)
    url = database_of(app).engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("victim.py")), str(data), url, "serve", point]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "serving\n"
            yield process
            process.stdin.close()
            process.wait(30)
        finally:
            process.kill()


def wait_for(look, seconds=30):
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "it took too long"
        threading.Event().wait(0.05)


def test_a_database_that_restarts_during_the_recovery_strands_nothing(make_app, monkeypatch, tmp_path):
    """DBOS 716: PostgreSQL is stopped in the middle of taking a task over, comes back, and the task is finished."""
    own = Server()
    try:
        app = make_app("tasks", plugins={"fake": PLUGIN}, config={"db": {"url": own.url}})
        id = queue(app, "fake.note")
        abandon(app, id)
        begin, fallen = run._begin, []

        def falls_once(attempt):
            if not fallen:
                fallen.append(1)
                own._run("pg_ctl", "-D", own._folder / "data", "-w", "-m", "immediate", "restart")
            return begin(attempt)

        monkeypatch.setattr(run, "_begin", falls_once)
        with app.act() as act:
            acts = act.get(Acts)
            worker = act.get(Tasks)._worker
        crew = worker._crew()
        with crew:
            crew.take()
            wait_for(lambda: fallen and state_if_it_answers(app, id) == "done", 60)
        with acts.open("test") as act:
            assert act.session.get(QueuedTask, id).deaths == 1
        app.stop()
    finally:
        own.stop()


@pytest.mark.engine("sqlite")  # PostgreSQL is restarted in the test above
def test_a_database_that_is_locked_during_the_recovery_strands_nothing(make_app, monkeypatch):
    """DBOS 716 on SQLite: another process holds the database while a task is taken over; the task is finished after."""
    app = make_app("tasks", plugins={"fake": PLUGIN})
    database = database_of(app)
    id = queue(app, "fake.note")
    (dead,) = abandon(app, id)
    other = sqlite3.connect(database.engine.url.database, isolation_level=None, check_same_thread=False)
    with app.act() as act:
        acts = act.get(Acts)
        (lease,) = leases.claim(act.session, "living", "single", 1)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(1.0, lambda: (other.execute("ROLLBACK"), other.close())).start()
    attempt = run.Attempt(lease, acts, app.data, threading.Event())
    run.execute(attempt, {"fake.note": Task("fake.note", lambda steps, payload: steps.run("only", lambda: 1))})
    assert state(app, id) == "done" and lease.attempt == dead.attempt + 1


def test_two_recoveries_run_work_once(app):
    """DBOS 742: of workers that find the same abandoned task at the same time one gets it."""
    abandon(app, queue(app, "fake.note"))
    acts, taken, ready = database_of(app) and app.flask.acts, [], threading.Barrier(4)

    def take(name):
        ready.wait(20)
        with acts.open("test.take") as act:
            found = leases.claim(act.session, name, "single", 1)
        taken.extend(found)

    threads = [threading.Thread(target=take, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [lease.attempt for lease in taken] == [2]


def test_a_queue_of_one_place_goes_on_after_a_recovery_that_died(app):
    """DBOS 805: a task that was half recovered, twice, keeps nobody waiting behind it."""
    ids = [queue(app, "fake.note") for _ in range(3)]
    abandon(app, ids[0])
    abandon(app, ids[0])
    with app.act() as act:
        act.get(Tasks).work(30)
    assert [state(app, id) for id in ids] == ["done"] * 3


@pytest.mark.parametrize("killed", ["first", "second"])
def test_two_data_folders_on_one_database_take_over_from_one_another(app, tmp_path, killed):
    """kill -9 of either machine: the other finishes its task within two heartbeats, and each step wrote once."""
    folders = [tmp_path / "one", tmp_path / "two"]
    if killed == "second":
        folders.reverse()
    with server(app, folders[0], "stuck:two") as mortal:
        id = queue(app)
        assert mortal.stdout.readline() == "stuck\n"
        with server(app, folders[1]):
            mortal.kill()
            wait_for(lambda: state(app, id) == "done")
    with database_of(app).session() as session:
        assert sorted(session.scalars(text("SELECT name FROM fake_rows"))) == ["one", "three", "two"]
        row = session.get(QueuedTask, id)
        assert (row.deaths, row.attempt) == (1, 2)


@pytest.mark.engine("postgresql")  # the file of SQLite belongs to one machine
def test_the_machine_that_stays_leads(app, tmp_path):
    """kill -9 of the machine that leads the recurring work: the other leads within two heartbeats."""

    def leader():
        with database_of(app).session() as session:
            return session.execute(
                select(Leader.worker).where(Leader.leased_until > text("clock_timestamp()"))
            ).scalar()

    with server(app, tmp_path / "one") as first:
        wait_for(leader)
        before = leader()
        with server(app, tmp_path / "two"):
            first.kill()
            wait_for(lambda: leader() not in (None, before))
