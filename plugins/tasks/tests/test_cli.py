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


def test_dead_letters_are_listed_replayed_and_dropped(make_app):
    """What failed for good is listed with its attempts, begins again, and is given up with a reason."""

    def fails(steps, payload):
        raise ValueError

    @hookimpl
    def register_tasks():
        return Task("fake.work", fails)

    app = make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})
    assert "no dead letters" in app.cli("tasks", "dead").stderr
    id = queue(app)
    app.cli("tasks", "work")
    assert "attempt 1: unexpected ValueError" in app.cli("tasks", "dead").stdout
    assert [one["id"] for one in json.loads(app.cli("tasks", "dead", "--json").stdout)] == [id]
    assert app.cli("tasks", "replay").exit_code != 0
    assert "replayed: 1" in app.cli("tasks", "replay", "--all").stderr
    app.cli("tasks", "work")
    assert "is dropped" in app.cli("tasks", "drop", id, "--reason", "nobody waits for it").stderr
    assert "nobody waits for it" in app.cli("tasks", "list").stdout
    assert app.cli("tasks", "replay", id).exit_code == 1
