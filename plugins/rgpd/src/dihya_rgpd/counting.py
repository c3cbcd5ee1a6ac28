"""How many demands, requests and objections wait for an answer, and which breaches for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

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


def undecided() -> Sequence[datetime]:
    """Return the last moment for a report of each breach about which that is not decided, the first one first."""
    from sqlalchemy import select

    from .breaches import UNDECIDED, Breach

    asked = select(Breach.due_at).where(Breach.state.in_(UNDECIDED)).order_by(Breach.due_at)
    return current().session.scalars(asked).all()


def untold() -> int:
    """Return how many breaches there are of which people must be told, and are not yet."""
    from sqlalchemy import func, select

    from .breaches import Breach

    asked = select(func.count()).where(Breach.tell == "yes", Breach.told_at.is_(None))
    return current().session.scalar(asked) or 0


def over() -> int:
    """Return how many impact assessments are to be looked at again, because somebody says so or their day has come."""
    from sqlalchemy import func, or_, select

    from .assessments import Assessment, today

    asked = or_(Assessment.state == "again", Assessment.look_again_on < today())
    return current().session.scalar(select(func.count()).where(Assessment.state != "draft", asked)) or 0


def _due_days() -> Sequence[date]:
    from sqlalchemy import select

    from .models import CLOSED, Request

    return current().session.scalars(select(Request.due_on).where(Request.state.not_in(CLOSED))).all()
