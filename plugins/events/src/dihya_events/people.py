"""Events that speak of a person, although by rule they hold identifiers only: shown in an export, gone with an erasure."""

from __future__ import annotations

import json

from dihya_hookspecs.acts import current
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure
from sqlalchemy import delete, select

from .models import Delivery, Published

CHUNK = 300


def export(demand: Demand) -> list[Disclosure]:
    """Return the events that speak of the person."""
    rows = tuple({"id": row.id, "name": row.name, "payload": row.payload} for row in _speaking(demand))
    return [Disclosure("events_published", rows)] if rows else []


def erase(demand: Demand) -> list[Erasure]:
    """Remove the events that speak of the person; a delivery that is on its way finds its event gone, and ends."""
    ids = [row.id for row in _speaking(demand)]
    session = current().session
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        session.execute(delete(Delivery).where(Delivery.event_id.in_(some)))
        session.execute(delete(Published).where(Published.id.in_(some)))
    return [Erasure("events_published", removed=len(ids))] if ids else []


def _speaking(demand: Demand) -> list[Published]:
    rows = current().session.scalars(select(Published)).all()
    return [row for row in rows if demand.named_in(json.dumps(row.payload, ensure_ascii=False))]
