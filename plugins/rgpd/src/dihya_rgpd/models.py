"""Receipts: which demand was carried out, when, and with what result; nothing that names anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal
from sqlalchemy import JSON, DateTime, String
from sqlalchemy.orm import Mapped


class DemandRow(Model):
    """A demand of a person and what became of it: open, done or incomplete."""

    __tablename__ = "rgpd_demands"

    id: Mapped[str] = impersonal("an identifier without meaning", String(36), primary_key=True)
    kind: Mapped[str] = impersonal("export or erase", String(10))
    state: Mapped[str] = impersonal("open, done or incomplete", String(10), index=True)
    opened_at: Mapped[datetime] = impersonal(
        "when it was made", DateTime(timezone=True), default=lambda: datetime.now(UTC)
    )
    finished_at: Mapped[datetime | None] = impersonal("when it was carried out", DateTime(timezone=True))
    subjects: Mapped[list[str]] = impersonal(
        "digests under a key outside the database, to recognise a repeated demand; they name nobody", JSON
    )
    result: Mapped[dict[str, Any]] = impersonal("counts and names of tables", JSON)
