"""What is kept of DBOS, and what is kept out."""

from __future__ import annotations

import logging
import socket
import stat
import subprocess
import sys
from types import SimpleNamespace

from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks


def house_with(house, work, **config):
    @hookimpl
    def register_tasks():
        return Task("fake.work", work)

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    return house("tasks", plugins={"fake": plugin}, config={"tasks": config})


def run(app, count=1):
    with app.act() as act:
        for _ in range(count):
            act.get(Tasks).enqueue("fake.work", {})
    with app.act() as act:
        act.get(Tasks).work(30)


def test_the_face_does_not_load_the_engine():
    """Importing the plugin, its service and its worker loads neither DBOS nor SQLAlchemy."""
    code = "import sys, dihya_tasks, dihya_tasks.service, dihya_tasks.worker; print({'dbos', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_connection_leaves_the_machine(house, monkeypatch):
    """Working opens no socket to another host."""
    addresses = []
    original = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (addresses.append(to), original(self, to))[1])
    run(house_with(house, lambda steps, payload: steps.run("only", lambda: 1)))
    assert addresses == []


def test_the_engine_is_quiet(house, capfd, caplog):
    """A task that goes well writes nothing to the terminal."""
    caplog.set_level(logging.WARNING)
    run(house_with(house, lambda steps, payload: None))
    assert capfd.readouterr() == ("", "") and caplog.records == []


def test_its_file_is_readable_by_its_owner_only(house):
    """The engine's own file beside SQLite has mode 0600."""
    app = house_with(house, lambda steps, payload: None)
    run(app)
    for path in app.data.glob("tasks.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_concurrency_is_limited(house):
    """No more tasks run at once than tasks.concurrency says, and as many as it says."""
    import threading

    running, most, lock, both = [0], [0], threading.Lock(), threading.Barrier(2)

    def work(steps, payload):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        both.wait(20)
        with lock:
            running[0] -= 1

    run(house_with(house, work, concurrency=2), 4)
    assert most[0] == 2
