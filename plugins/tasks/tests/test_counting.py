"""How many tasks wait for somebody."""

from __future__ import annotations

from types import SimpleNamespace

from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Task, Tasks
from dihya_tasks.counting import dead


def test_what_failed_for_good_is_counted(make_app):
    """What went well and what waits is not."""

    def fails(steps, payload):
        raise ValueError

    @hookimpl
    def register_tasks():
        return [Task("fake.fails", fails), Task("fake.works", lambda steps, payload: None)]

    app = make_app("tasks", plugins={"fake": SimpleNamespace(register_tasks=register_tasks, __name__="dihya_fake")})
    with app.act() as act:
        assert dead() == 0
        for name in ("fake.fails", "fake.works", "fake.fails"):
            act.get(Tasks).enqueue(name, {})
    with app.act() as act:
        act.get(Tasks).work(30)
    with app.act():
        assert dead() == 2
