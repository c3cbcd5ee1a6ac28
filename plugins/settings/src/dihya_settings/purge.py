"""A plugin that is gone for good leaves no stored setting behind."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from sqlalchemy import delete

from .models import Choice, Value


def forget(plugin: str) -> None:
    """Remove what was stored for the application and what people chose."""
    for table in (Value, Choice):
        current().session.execute(delete(table).where(table.plugin == plugin))
