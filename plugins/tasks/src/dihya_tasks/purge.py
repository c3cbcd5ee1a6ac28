"""A plugin that is gone for good leaves no task behind: nobody could do it."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from sqlalchemy import delete, select

from .models import FinishedStep, QueuedTask


def forget(plugin: str) -> None:
    """Remove the plugin's tasks, whether they wait, have ended or are dead letters, with what their steps remembered."""
    session = current().session
    own = QueuedTask.name.startswith(f"{plugin}.", autoescape=True)
    session.execute(delete(FinishedStep).where(FinishedStep.task_id.in_(select(QueuedTask.id).where(own))))
    session.execute(delete(QueuedTask).where(own))
