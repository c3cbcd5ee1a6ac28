"""Tables: what each person has used today, and what is reserved while an answer is on its way."""

from __future__ import annotations

import uuid
from datetime import datetime

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped


class Quota(
    Model,
    purpose=("sharing AI providers fairly", "partager équitablement les fournisseurs d’IA"),
    basis="legitimate_interest",
    retention="2d",
    audited=False,
    title=("Use of models", "Usage des modèles"),
    singular=("use of models by one person", "usage des modèles par une personne"),
):
    """Tokens of one person on one day. A counter that changes twice with each request, so it is not audited."""

    __tablename__ = "ai_fallback_quotas"
    __table_args__ = (UniqueConstraint("person", "day"),)

    id: Mapped[uuid.UUID] = key()
    person: Mapped[str] = personal("unique_id", String(64), subject="person", label=("Person", "Personne"))
    day: Mapped[str] = impersonal("the UTC date that is counted", String(10))
    used: Mapped[int] = personal("behavior", Integer, subject="person", default=0, label=("Used", "Utilisé"))
    reserved: Mapped[int] = personal("behavior", Integer, subject="person", default=0, label=("Reserved", "Réservé"))
    created_at: Mapped[datetime] = impersonal("when the row was made, for retention", UTCDateTime())


class Reservation(
    Model,
    purpose=("sharing AI providers fairly", "partager équitablement les fournisseurs d’IA"),
    basis="legitimate_interest",
    retention="2d",
    audited=False,
    title=("Reservations of models", "Réservations de modèles"),
    singular=("reservation of a model", "réservation de modèle"),
):
    """Tokens set aside for one request until it is settled. It lives for seconds, so it is not audited."""

    __tablename__ = "ai_fallback_reservations"

    id: Mapped[uuid.UUID] = key()
    quota_id: Mapped[uuid.UUID] = impersonal("the counter that it is taken from", Uuid, index=True)
    person: Mapped[str] = personal("unique_id", String(64), subject="person", label=("Person", "Personne"))
    tokens: Mapped[int] = impersonal("how many are set aside", Integer)
    until: Mapped[datetime] = impersonal("when it counts as abandoned", UTCDateTime())
    created_at: Mapped[datetime] = impersonal("when the row was made, for retention", UTCDateTime())
