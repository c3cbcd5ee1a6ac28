"""The queue as a list like any other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app):
    """An application with pages and REST, and a task of each end."""

    def fails(steps, payload):
        raise ValueError("secret words")

    @hookimpl
    def register_tasks():
        return [Task("fake.fails", fails), Task("fake.works", lambda steps, payload: None)]

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    made = make_app(
        "tasks", "console", "routes", "static", "i18n", plugins={"fake": plugin}, config={"i18n": {"default": "en"}}
    )
    with made.act() as act:
        made.dead = act.get(Tasks).enqueue("fake.fails", {"id": 7})
        act.get(Tasks).enqueue("fake.works", {"id": 8})
    with made.act() as act:
        act.get(Tasks).work(30)
    with made.act() as act:
        made.waits = act.get(Tasks).enqueue("fake.works", {"id": 9})
    return made


def test_tasks_are_filtered_by_their_state_in_words(app):
    """As a page and over REST, with the same words as everywhere."""
    client = app.client("auditeur")
    page = client.get("/tasks/queue/?state=failed", headers=HTML).text
    assert (
        "fake.fails" in page
        and "fake.works" not in page
        and "unexpected ValueError" in page
        and "secret words" not in page
    )
    assert [one["name"] for one in client.get("/api/v1/tasks/queue?state=done").json["items"]] == ["fake.works"]


def test_nobody_writes_the_queue(app):
    """Tasks come from acts; the list has no form and no POST."""
    client = app.client("admin")
    assert client.get("/tasks/queue/new", headers=HTML).status_code == 404
    assert client.post("/api/v1/tasks/queue", json={}).status_code == 405


def test_what_a_task_was_given_is_for_administrators(app):
    """The identifiers that it works on are not for everybody who may see how it fares."""
    rows = {
        role: app.client(role).get("/api/v1/tasks/queue?state=queued").json["items"] for role in ("admin", "auditeur")
    }
    assert rows["admin"][0]["payload"] == {"id": 9} and "payload" not in rows["auditeur"][0]


@pytest.mark.parametrize(("name", "of", "state"), [("replay", "dead", "queued"), ("cancel", "waits", "cancelled")])
def test_tasks_are_replayed_and_cancelled_from_the_list(app, name, of, state):
    """By who may manage them, and by nobody else."""
    id = getattr(app, of)
    assert app.client("auditeur").post(f"/api/v1/tasks/queue/actions/{name}", json={"ids": [id]}).status_code == 403
    assert app.client("admin").post(f"/api/v1/tasks/queue/actions/{name}", json={"ids": [id]}).status_code == 200
    with app.act() as act:
        assert act.get(Tasks).status(id).state == state
