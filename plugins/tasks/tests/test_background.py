"""Recurring work: one process leads, what fails comes again, what has more comes at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Background
from dihya_tasks.background import Rounds, leading, offered


def engine_of(app):
    with app.act() as act:
        return act.get(Database)


def plugin_with(*works):
    @hookimpl
    def register_background():
        return list(works)

    return SimpleNamespace(register_background=register_background, __doc__="Works.", __name__="worker")


def test_a_server_process_does_the_recurring_work_of_plugins(make_app):
    """What register_background returns is run by a server process, without an act around it."""
    ran = threading.Event()
    make_app(
        "tasks", plugins={"worker": plugin_with(Background("worker.beat", 60, lambda acts: ran.set()))}, serving=True
    )
    assert ran.wait(20)


def test_a_command_does_no_recurring_work(make_app):
    """An application that does not serve collects the work and runs none of it."""
    ran = threading.Event()
    app = make_app("tasks", plugins={"worker": plugin_with(Background("worker.beat", 60, lambda acts: ran.set()))})
    assert [work.name for work in offered(app.hooks)] == ["worker.beat"] and not ran.is_set()


def test_only_one_leads_at_a_time(make_app):
    """While one process leads another cannot, and once it has left the other can."""
    app = make_app("tasks")
    database = engine_of(app)
    with leading(database.engine, app.data) as first, leading(database.engine, app.data) as second:
        assert (first, second) == (True, False)
    with leading(database.engine, app.data) as third:
        assert third


def test_the_place_of_a_killed_leader_is_free(make_app):
    """A process that is killed with kill -9 while it leads leaves the place to the next one."""
    app = make_app("tasks")
    database = engine_of(app)
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL itself gives the lock of a lost connection to the next one")
    code = (
        "import sys, time, pathlib, sqlalchemy\nfrom dihya_tasks.background import leading\n"
        f"with leading(sqlalchemy.create_engine('sqlite://'), pathlib.Path({str(app.data)!r})) as leader:\n"
        "    print(leader, flush=True)\n    time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().strip() == "True"
        with leading(database.engine, app.data) as leader:
            assert not leader
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with leading(database.engine, app.data) as leader:
        assert leader


def test_work_comes_in_its_time_and_at_once_when_there_is_more(make_app, monkeypatch):
    """Work that returns True comes in the next round, other work when its seconds are over, also after a failure."""
    app = make_app("tasks")
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("dihya_tasks.background.time", SimpleNamespace(monotonic=lambda: clock.now))
    runs = []

    def more(acts):
        runs.append("more")
        return runs.count("more") < 3

    def broken(acts):
        runs.append("broken")
        raise OSError("away")

    rounds = Rounds(
        None, [Background("w.more", 60, more), Background("w.broken", 30, broken)], engine_of(app), app.data
    )
    for step in (0, 1, 1, 1, 30):
        clock.now += step
        rounds.turn()
    assert runs.count("more") == 3 and runs.count("broken") == 2


def test_leaving_ends_the_rounds(make_app):
    """Stopping returns once the thread has ended."""
    app = make_app("tasks")
    rounds = Rounds(None, [Background("w.x", 60, lambda acts: None)], engine_of(app), app.data)
    rounds.start()
    began = time.monotonic()
    rounds.stop()
    assert not rounds._thread.is_alive() and time.monotonic() - began < 15
