"""Whether the album can be opened."""

from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import HealthCheck
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Person


def _count() -> str:
    return f"{get(Session).scalar(select(func.count()).select_from(Person))} people"


CHECKS = (HealthCheck("people", _count),)
