"""What waits of a plugin that is gone."""

from datetime import UTC, datetime

from dihya_tasks.models import FinishedStep, QueuedTask


def test_tasks_of_a_purged_plugin_are_gone(make_app):
    """With what their steps remembered; those of a plugin whose name begins alike stay (``on_purge``)."""
    app, now = make_app("tasks"), datetime.now(UTC)
    with app.act() as act:
        for id, name in (("a", "club.remind"), ("b", "club_x.remind"), ("c", "clubs.remind")):
            act.session.add(
                QueuedTask(id=id, name=name, payload={}, queue="default", priority=0, state="queued", history=[],
                           created_at=now, run_at=now)
            )  # fmt: skip
            act.session.flush()
            act.session.add(FinishedStep(task_id=id, name="one", result=1))
    with app.act():
        app.hooks.call("on_purge", plugin="club")
    with app.act() as act:
        assert sorted(row.id for row in act.session.query(QueuedTask)) == ["b", "c"]
        assert sorted(row.task_id for row in act.session.query(FinishedStep)) == ["b", "c"]
