"""The threads of a worker."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks import leases
from dihya_tasks.folders import folder_of
from dihya_tasks.leases import Lease
from dihya_tasks.models import QueuedTask
from sqlalchemy import select


def app_with(make_app, work, **config):
    @hookimpl
    def register_tasks():
        return Task("fake.work", work)

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    return make_app("tasks", plugins={"fake": plugin}, config={"tasks": config})


def run(app, count=1):
    with app.act() as act:
        ids = [act.get(Tasks).enqueue("fake.work", {}) for _ in range(count)]
    with app.act() as act:
        act.get(Tasks).work(30)
    with app.act() as act:
        return [act.get(Tasks).status(id).state for id in ids]


def test_the_face_does_not_load_the_database():
    """Importing the plugin, its service and its worker does not load SQLAlchemy."""
    code = "import sys, dihya_tasks, dihya_tasks.service, dihya_tasks.worker; print({'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_connection_leaves_the_machine(make_app, monkeypatch):
    """Working opens no socket to another host."""
    addresses = []
    original = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (addresses.append(to), original(self, to))[1])
    run(app_with(make_app, lambda steps, payload: steps.run("only", lambda: 1)))
    assert addresses == []


def test_what_goes_well_is_quiet(make_app, capfd, caplog):
    """A task that goes well writes nothing to the terminal."""
    caplog.set_level(logging.WARNING)
    run(app_with(make_app, lambda steps, payload: None))
    assert capfd.readouterr() == ("", "") and caplog.records == []


def test_concurrency_is_limited(make_app):
    """No more tasks run at once than tasks.concurrency says, and as many as it says."""
    running, most, lock, both = [0], [0], threading.Lock(), threading.Barrier(2)

    def work(steps, payload):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait(20)
        with lock:
            running[0] -= 1

    run(app_with(make_app, work, concurrency=2), 4)
    assert most[0] == 2


def test_a_step_may_take_longer_than_a_lease(make_app, monkeypatch):
    """Signs of life are given while a step runs, so that nobody takes the task over."""
    monkeypatch.setattr(leases, "LEASE", 1.0)
    monkeypatch.setattr(leases, "BEAT", 0.2)
    attempts = []

    def work(steps, payload):
        attempts.append(steps.attempt)
        steps.run("one", lambda: threading.Event().wait(2.5))

    assert run(app_with(make_app, work)) == ["done"]
    assert attempts == [1]


def test_folders_of_the_dead_are_swept(make_app):
    """What a killed process left in the folder for work is gone once somebody works here."""
    app = app_with(make_app, lambda steps, payload: None)
    left = folder_of(app.data, Lease("gone", 7))
    left.mkdir(parents=True)
    run(app)
    assert not left.exists()


def test_the_folder_of_what_runs_here_or_elsewhere_stays(make_app):
    """Whoever tidies up takes the folders of attempts that are over, and of no other."""
    app = app_with(make_app, lambda steps, payload: None)
    with app.act() as act:
        for _ in range(2):
            act.get(Tasks).enqueue("fake.work", {})
        worker = act.get(Tasks)._worker
    with app.act() as act:
        (running,) = leases.claim(act.session, "another", "default", 1)
    with app.act() as act:
        waiting = act.session.scalar(select(QueuedTask.id).where(QueuedTask.state != "running"))
    places = [folder_of(app.data, lease) for lease in (running, Lease(waiting, 1))]
    for place in places:
        place.mkdir(parents=True)
    worker._crew().tidy()
    assert [place.exists() for place in places] == [True, False]
