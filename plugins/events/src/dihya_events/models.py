"""What was published, who listens, and who got it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped


class Published(
    Model,
    audited=False,
    subject="actor",
    purpose=(
        "telling other parts of the application what happened",
        "dire aux autres parties de l’application ce qui s’est passé",
    ),
    basis="legitimate_interest",
    retention="30d after at",
    erase="anonymise",
    title=("Events", "Événements"),
    singular=("event", "événement"),
):
    """One event, written in the transaction of the act that published it. Not audited: the act is."""

    __tablename__ = "events_published"

    id: Mapped[str] = impersonal("an identifier without meaning", String(64), primary_key=True)
    name: Mapped[str] = impersonal("what happened", String(200), index=True)
    payload: Mapped[dict[str, Any]] = impersonal("identifiers and impersonal values, checked when published", JSON)
    plugin: Mapped[str] = impersonal("whose event it is", String(64))
    actor: Mapped[str | None] = personal("unique_id", String(64), label=("Who", "Qui"))
    act: Mapped[str] = impersonal("in which act it was published", String(64))
    at: Mapped[datetime] = impersonal("when it happened", UTCDateTime(), index=True, label=("Happened", "Survenu le"))
    fanned_at: Mapped[datetime | None] = impersonal("when it was handed to those who listen", UTCDateTime(), index=True)


class Subscriber(Model, audited=False, title=("Subscribers", "Abonnés"), singular=("subscriber", "abonné")):
    """Who listens, and is remembered while its plugin is away. Not audited: it follows from the plugins that run."""

    __tablename__ = "events_subscribers"

    name: Mapped[str] = impersonal("who listens", String(120), primary_key=True)
    event: Mapped[str] = impersonal("to what", String(200))
    gone_at: Mapped[datetime | None] = impersonal("since when no active plugin offers it", UTCDateTime())
    failures: Mapped[int] = impersonal("failures since the last delivery that went well", Integer, default=0)
    paused_until: Mapped[datetime | None] = impersonal("when it is asked again", UTCDateTime())


class Delivery(
    Model,
    audited=False,
    title=("Deliveries of events", "Remises d’événements"),
    singular=("delivery of an event", "remise d’un événement"),
):
    """One event for one subscriber. Not audited: it is the memory of a queue."""

    __tablename__ = "events_deliveries"

    event_id: Mapped[str] = impersonal("which event", String(64), ForeignKey("events_published.id"), primary_key=True)
    subscriber: Mapped[str] = impersonal("for whom", String(120), primary_key=True)
    state: Mapped[str] = impersonal("waiting, queued, done or expired", String(12), index=True)
    task: Mapped[str | None] = impersonal("the task that delivers it", String(64))
    done_at: Mapped[datetime | None] = impersonal("when the subscriber got it", UTCDateTime())
