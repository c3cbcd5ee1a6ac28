"""What must hold for this plugin to work."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import HealthCheck
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Generation, Progress

TABLES = (Generation, Progress)


def probe() -> str:
    """Look into each table. Raises what the database says where one is missing or cannot be read."""
    for table in TABLES:
        get(Session).execute(select(func.count()).select_from(select(table).limit(1).subquery()))
    return f"{len(TABLES)} tables can be read"


CHECKS = (HealthCheck("services", probe, critical=False),)
