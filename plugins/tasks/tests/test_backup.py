"""The queue in a backup that is put back."""

from __future__ import annotations

from types import SimpleNamespace

from dihya_hookspecs import hookimpl
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks.models import QueuedTask


@hookimpl
def register_tasks():
    return Task("fake.work", lambda steps, payload: steps.run("one", lambda: 1))


PLUGIN = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")


def test_what_ran_when_the_backup_was_made_begins_again(make_app):
    """on_restored queues a running task anew, and it is carried out."""
    app = make_app("tasks", plugins={"fake": PLUGIN})
    with app.act() as act:
        id = act.get(Tasks).enqueue("fake.work", {})
        act.session.flush()
        act.session.get(QueuedTask, id).state = "running"
    with app.act() as act:
        app.hooks.call("on_restored", restored=Restored("2026-01-01T00:00:00Z", "here", "0" * 64))
    with app.act() as act:
        assert act.get(Tasks).status(id).state == "queued"
        act.get(Tasks).work(30)
    with app.act() as act:
        assert act.get(Tasks).status(id).state == "done"
