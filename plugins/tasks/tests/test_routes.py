"""The page of the tasks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks


@pytest.fixture
def app(make_app):
    def fails(steps, payload):
        raise ValueError("secret words")

    @hookimpl
    def register_tasks():
        return [Task("fake.fails", fails), Task("fake.works", lambda steps, payload: steps.progress(2, 4))]

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    return make_app("tasks", "console", "static", "i18n", plugins={"fake": plugin}, config={"i18n": {"default": "en"}})


@pytest.fixture
def dead(app):
    """The id of a dead letter; beside it stands a task that went well."""
    with app.act() as act:
        id = act.get(Tasks).enqueue("fake.fails", {})
        act.get(Tasks).enqueue("fake.works", {})
    with app.act() as act:
        act.get(Tasks).work(30)
    return id


def state(app, id):
    with app.act() as act:
        return act.get(Tasks).status(id)


def test_who_may_read_sees_what_became_of_the_tasks(app, dead):
    """State, progress and sentences; nothing of the exception's words, and no buttons."""
    page = app.client("auditeur").get("/tasks/").text
    assert "fake.fails" in page and "unexpected ValueError" in page and "2/4" in page
    assert "secret words" not in page and "Replay" not in page


def test_an_empty_queue_says_so(app):
    """There is a sentence instead of an empty table."""
    assert "No task is remembered." in app.client("admin").get("/tasks/").text


def test_a_dead_letter_is_replayed_from_the_page(app, dead):
    """It waits for its turn again."""
    assert app.client("admin").post(f"/tasks/{dead}/replay").status_code == 303
    assert state(app, dead).state == "queued"
    assert app.client("admin").post(f"/tasks/{dead}/cancel").status_code == 303
    assert state(app, dead).state == "cancelled"


def test_a_dead_letter_is_dropped_with_a_reason(app, dead):
    """Without a reason it stays."""
    client = app.client("admin")
    assert client.post(f"/tasks/{dead}/drop").status_code == 422
    assert client.post(f"/tasks/{dead}/drop", data={"reason": "the receiver is gone"}).status_code == 303
    assert state(app, dead).reason == "the receiver is gone"


@pytest.mark.parametrize("act", ["replay", "drop", "cancel"])
def test_who_only_reads_changes_nothing(app, dead, act):
    """Managing is a permission of its own."""
    assert app.client("auditeur").post(f"/tasks/{dead}/{act}", data={"reason": "x"}).status_code == 403
    assert state(app, dead).state == "failed"


def test_the_page_speaks_french(app, dead):
    """What people read comes from the catalogue."""
    page = app.client("admin").get("/tasks/", headers={"Accept-Language": "fr"}).text
    assert "Tâches en échec définitif" in page and "Dead letters" not in page
