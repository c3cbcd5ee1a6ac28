"""Tasks that speak of a person."""

from __future__ import annotations

import pytest
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.rgpd import Demand
from dihya_tasks.models import FinishedStep, QueuedTask
from dihya_tasks.people import erase, export
from dihya_tasks.service import now
from sqlalchemy import select

WORDS = frozenset({"0192-key-of-tin", "tin@example.org"})
SPEAKING = [
    {"payload": {"member": "0192-key-of-tin"}, "state": "queued"},
    {"payload": {"number": 1}, "result": '{"to": ["tin@example.org"]}', "state": "running"},
    {"payload": None, "reason": "tin@example.org asked for it", "state": "dropped"},
    {"payload": None, "key": "0192-key-of-tin:1", "state": "done"},
    {"payload": None, "error": "no letter can be sent to 'tin@example.org'", "state": "failed"},
]


@pytest.fixture
def app(make_app):
    return make_app("tasks")


def put(act, number, payload=None, result=None, state="queued", error="", reason="", key=None):
    act.session.add(
        QueuedTask(
            id=f"t{number}",
            name="x.y",
            key=key,
            state=state,
            error=error,
            reason=reason,
            payload=payload,
            created_at=now(),
        )
    )
    if result:
        act.session.add(FinishedStep(task_id=f"t{number}", name="s", result=result))
    act.session.flush()


@pytest.mark.parametrize("speaking", SPEAKING)
def test_a_task_that_speaks_of_a_person_is_shown_and_goes_with_them(app, speaking):
    """Payload, result of a step and error are looked through; another person's task stays."""
    with app.act() as act:
        put(act, 1, **speaking)
        put(act, 2, {"member": "0192-key-of-ada"})
        demand = Demand("d", "erase", WORDS)
        (shown,) = export(demand)
        assert [row["id"] for row in shown.rows] == ["t1"]
        assert {one.source: one.removed for one in erase(demand)} == {"tasks_steps": 1, "tasks_tasks": 1}
        assert act.session.scalars(select(QueuedTask.id)).all() == ["t2"]
        assert not act.session.scalars(select(FinishedStep.result)).all()


def test_nobody_meant_is_nothing_done(app):
    """Without a task about the person there is nothing to tell."""
    with app.act() as act:
        put(act, 1, {"member": "0192-key-of-ada"})
        assert (export(Demand("d", "export", WORDS)), erase(Demand("d", "erase", WORDS))) == ([], [])
        assert act.get(Tasks).status("t1").state == "queued"
