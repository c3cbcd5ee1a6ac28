"""Receipts that name nobody, keyed digests of who has retained rows, and holds."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class DemandRow(Model, title=("Demands", "Demandes"), singular=("demand", "demande")):
    """A demand of a person, or a run of the retention, and what became of it: open, done or incomplete."""

    __tablename__ = "rgpd_demands"

    id: Mapped[str] = impersonal("an identifier without meaning", String(36), primary_key=True)
    kind: Mapped[str] = impersonal("export, erase or expire", String(10), label=("Kind", "Nature"))
    state: Mapped[str] = impersonal("open, done or incomplete", String(10), index=True, label=("State", "État"))
    opened_at: Mapped[datetime] = impersonal("when it was made", UTCDateTime(), default=now, label=("Made", "Faite le"))
    finished_at: Mapped[datetime | None] = impersonal(
        "when it was carried out", UTCDateTime(), label=("Carried out", "Traitée le")
    )
    subjects: Mapped[list[str]] = impersonal(
        "digests under a key outside the database, to recognise a repeated demand; they name nobody",
        JSON,
        label=("How many people", "Nombre de personnes"),
    )
    result: Mapped[dict[str, Any]] = impersonal("counts and names of tables", JSON, label=("Outcome", "Résultat"))


class RetainedMark(
    Model,
    subject="subject_key",
    purpose="finding again whose data the law obliges to keep",
    basis="legal_obligation",
    retention="account",
    audited=False,
    title=("What was retained", "Ce qui a été conservé"),
    singular=("mark of what was retained", "marque de ce qui a été conservé"),
):
    """A keyed digest of an identifier of somebody with retained rows; it goes with the last of these.

    audited=False: the erasure that leaves it is an act with an event of its own.
    """

    __tablename__ = "rgpd_retained"
    __table_args__ = (UniqueConstraint("subject_table", "subject_key", "digest"),)

    id: Mapped[uuid.UUID] = key()
    subject_table: Mapped[str] = impersonal("the table of the subject", String(120))
    subject_key: Mapped[str] = personal("unique_id", String(200), index=True, label=("Person", "Personne"))
    digest: Mapped[str] = personal("unique_id.pseudonymous", String(64), index=True, label=("Fingerprint", "Empreinte"))


class Hold(
    Model,
    subject="subject_key",
    purpose="a legal hold",
    basis="legal_obligation",
    retention="account",
    title=("Legal holds", "Conservations légales"),
    singular=("legal hold", "conservation légale"),
):
    """Data that stays whatever its age and whoever asks, because a claim or a proceeding needs it."""

    __tablename__ = "rgpd_holds"
    __table_args__ = (UniqueConstraint("subject_table", "subject_key"),)

    id: Mapped[uuid.UUID] = key()
    subject_table: Mapped[str] = impersonal("the table of the subject", String(120), label=("Table", "Table"))
    subject_key: Mapped[str] = personal("unique_id", String(200), label=("Person", "Personne"))
    reason: Mapped[str] = personal("content", String(500), label=("Reason", "Motif"))
    placed_at: Mapped[datetime] = impersonal("since when", UTCDateTime(), default=now, label=("Since", "Depuis"))
