"""Whether the tables answer."""

from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import HealthCheck
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Loan


def _count() -> str:
    return f"{get(Session).scalar(select(func.count()).select_from(Loan))} loans"


CHECKS = (HealthCheck("loans", _count),)
