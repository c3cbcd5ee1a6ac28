"""What ran when a backup was made begins again."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from sqlalchemy import update

from .models import QueuedTask


def resume() -> int:
    """Queue again what was being worked on when the backup was made; return how many tasks that were."""
    running = update(QueuedTask).where(QueuedTask.state == "running")
    found = current().session.execute(running.values(state="queued", worker=None, leased_until=None))
    return int(found.rowcount)  # type: ignore[attr-defined]
