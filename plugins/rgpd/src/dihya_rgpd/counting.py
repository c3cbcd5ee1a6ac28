"""How many demands wait for an answer."""

from __future__ import annotations

from dihya_hookspecs.acts import current


def pending() -> int:
    """Return the number of demands that are not answered in full."""
    from sqlalchemy import func, select

    from .models import DemandRow

    return current().session.scalar(select(func.count()).where(DemandRow.state != "done")) or 0
