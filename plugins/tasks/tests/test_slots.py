"""Work that failed for good, on pages of others."""

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
        return Task("fake.fails", fails)

    plugin = SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")
    return make_app("tasks", "console", "i18n", plugins={"fake": plugin}, config={"i18n": {"default": "en"}})


def test_the_overview_says_what_failed_for_good(app):
    """Names and sentences, nothing of the exception's words; without a failure it says so."""
    assert "Nothing failed for good" in app.client("admin").get("/console/").text
    with app.act() as act:
        act.get(Tasks).enqueue("fake.fails", {})
    with app.act() as act:
        act.get(Tasks).work(30)
    page = app.client("admin").get("/console/").text
    assert "1 task failed for good" in page and "fake.fails" in page and "secret words" not in page


def test_the_menu_counts_what_failed_for_good(app):
    """Beside the page of the tasks."""
    with app.act() as act:
        act.get(Tasks).enqueue("fake.fails", {})
    with app.act() as act:
        act.get(Tasks).work(30)
    page = app.client("auditeur").get("/").text
    assert 'class="count">1<' in page.partition('href="/tasks/"')[2].partition("</a>")[0]
