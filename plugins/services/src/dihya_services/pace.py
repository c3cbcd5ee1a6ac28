"""How far a generation is, and how long it still takes, by what this installation's own generations took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Generation, Progress

REMEMBERED = 20
"""How many generations, the newest, say what is usual."""
ALMOST = 0.98
"""What the bar shows at most before the end: more than usual is not known in advance."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When a generation began, and how many seconds one usually takes; None where none has ended well here."""

    began: datetime | None
    usual: float | None

    def share(self, at: datetime) -> float | None:
        """Return how much of the time is over, from 0 to 1; None where nobody knows."""
        if self.began is None or not self.usual:
            return None
        return round(min(ALMOST, max(0.0, (at - self.began).total_seconds() / self.usual)), 3)

    def left(self, at: datetime) -> str:
        """Return in a sentence how long it still takes; empty where nobody knows."""
        if self.began is None or not self.usual:
            return ""
        seconds = self.usual - (at - self.began).total_seconds()
        if seconds < 1:
            return _("it takes longer than usual")
        if seconds >= 90:
            minutes = round(seconds / 60)
            return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes)
        return ngettext("about %(count)s second left", "about %(count)s seconds left", round(seconds))


def pace(session: Session, generation: Generation) -> Pace:
    """Return the pace of a generation."""
    began = session.scalar(select(func.min(Progress.at)).where(Progress.generation_id == generation.id))
    ended = Generation.finished_at.is_not(None), Generation.archive.is_not(None)
    newest = select(Generation.durations).where(*ended).order_by(Generation.finished_at.desc()).limit(REMEMBERED)
    took = [float(spent["total"]) for spent in session.scalars(newest) if spent and spent.get("total")]
    return Pace(began, median(took) if took else None)
