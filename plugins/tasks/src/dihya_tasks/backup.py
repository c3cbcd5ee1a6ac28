"""What a backup does with the queue: the rows come with the database, and what ran begins again."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from dihya_hookspecs.backup import BackupPart
from sqlalchemy import update

from .models import QueuedTask

PART = BackupPart("tasks", claims=("tasks/*", "tasks.sqlite*"))


def resume() -> int:
    """Queue again what was being worked on when the backup was made; return how many tasks that were."""
    running = update(QueuedTask).where(QueuedTask.state.in_(("queued", "running")))
    found = current().session.execute(running.values(state="queued", handed_at=None))
    return int(found.rowcount)  # type: ignore[attr-defined]
