"""How many tasks wait for somebody."""

from __future__ import annotations

from dihya_hookspecs.acts import current


def dead() -> int:
    """Return the number of tasks that failed for good."""
    from sqlalchemy import func, select

    from .models import QueuedTask

    return current().session.scalar(select(func.count()).where(QueuedTask.state == "failed")) or 0
