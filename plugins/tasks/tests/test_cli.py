"""The commands below dihya tasks."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks


@pytest.fixture
def app(make_app):
    @hookimpl
    def register_tasks():
        return Task("fake.work", lambda steps, payload: steps.run("only", lambda: 1))

    return make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})


def queue(app):
    with app.act() as act:
        return act.get(Tasks).enqueue("fake.work", {})


def test_list_work_and_cancel(app):
    """What is cancelled does not run, what waits is worked on, and the list says so."""
    assert "no tasks" in app.cli("tasks", "list").stderr
    first, second = queue(app), queue(app)
    assert "is cancelled" in app.cli("tasks", "cancel", second).stderr
    result = app.cli("tasks", "work", "--seconds", "30")
    assert result.exit_code == 0, result.stderr
    states = {task["id"]: task["state"] for task in json.loads(app.cli("tasks", "list", "--json").stdout)}
    assert states == {first: "done", second: "cancelled"}
    assert first in app.cli("tasks", "list").stdout


def test_an_unknown_task(app):
    """A task that is not there is exit code 1 and one sentence."""
    result = app.cli("tasks", "cancel", "nothing")
    assert result.exit_code == 1 and result.stderr == "error: no task 'nothing'\n"
