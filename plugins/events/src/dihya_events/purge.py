"""A plugin that is gone for good has published nothing and listens to nothing."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from sqlalchemy import delete, or_, select

from .models import Delivery, Published, Subscriber


def forget(plugin: str) -> None:
    """Remove its events, whoever still waits for them, and what it listened to; a delivery on its way ends without a word."""
    session = current().session
    its = select(Published.id).where(Published.plugin == plugin)
    heard = Delivery.subscriber.startswith(f"{plugin}.", autoescape=True)
    session.execute(delete(Delivery).where(or_(Delivery.event_id.in_(its), heard)))
    session.execute(delete(Published).where(Published.plugin == plugin))
    session.execute(delete(Subscriber).where(Subscriber.name.startswith(f"{plugin}.", autoescape=True)))
