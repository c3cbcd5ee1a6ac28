"""Settings of the queue."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from dihya_hookspecs import NotFound, hookimpl
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks.models import QueuedTask
from dihya_tasks.settings import Settings
from pydantic import ValidationError


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"keep_days": 0}, {"colour": 1}])
def test_nonsense_is_refused(wrong):
    """No concurrency, no memory and unknown keys are refused."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_finished_tasks_are_forgotten_in_time(make_app):
    """A task that ended longer ago than tasks.keep_days is gone after the next work."""

    @hookimpl
    def register_tasks():
        return Task("fake.work", lambda steps, payload: None)

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    app = make_app("tasks", plugins={"fake": plugin}, config={"tasks": {"keep_days": 2}})
    with app.act() as act:
        old, young = (act.get(Tasks).enqueue("fake.work", {}) for _ in range(2))
    with app.act() as act:
        act.get(Tasks).work(30)
    with app.act() as act:
        act.session.get(QueuedTask, old).finished_at -= timedelta(days=3)
    with app.act() as act:
        act.get(Tasks).work(30)
    with app.act() as act:
        assert act.get(Tasks).status(young).state == "done"
        with pytest.raises(NotFound):
            act.get(Tasks).status(old)
