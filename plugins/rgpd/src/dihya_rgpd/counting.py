"""How many demands, requests and objections wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dihya_hookspecs.acts import current


def pending() -> int:
    """Return the number of demands that are not answered in full."""
    from sqlalchemy import func, select

    from .models import DemandRow

    return current().session.scalar(select(func.count()).where(DemandRow.state != "done")) or 0


def unanswered() -> int:
    """Return the number of requests of people that are not closed."""
    return len(_due_days())


def weighed() -> int:
    """Return the number of objections on which nobody has decided."""
    from sqlalchemy import func, select

    from .models import Objection

    return current().session.scalar(select(func.count()).where(Objection.state == "weighed")) or 0


def due(until: date) -> int:
    """Return how many requests of people must be answered by that day, those that are late included."""
    return sum(day <= until for day in _due_days())


def _due_days() -> Sequence[date]:
    from sqlalchemy import select

    from .models import CLOSED, Request

    return current().session.scalars(select(Request.due_on).where(Request.state.not_in(CLOSED))).all()
