"""Tables: a record for each generation, a record for each attempt at a model."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from dihya_hookspecs.data import Impersonal, Model, Record, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, Float, ForeignKey, Integer, String, Uuid, func, select
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property, relationship


class Attempt(Model):
    """One try at one model: everything but what was said."""

    __tablename__ = "generation_logs_attempts"

    id: Mapped[uuid.UUID] = key()
    generation_id: Mapped[uuid.UUID] = impersonal(
        "the generation it served",
        Uuid,
        ForeignKey(  # named: the derived name is too long for PostgreSQL
            "generation_logs_generations.id", name="fk_generation_logs_attempts_generation", ondelete="CASCADE"
        ),
        index=True,
    )
    number: Mapped[int] = impersonal("its place among the attempts", Integer)
    tier: Mapped[str] = impersonal("kind of model", String(16))
    provider: Mapped[str] = impersonal("who was asked", String(64))
    model: Mapped[str] = impersonal("which model answered or was asked", String(128))
    outcome: Mapped[str] = impersonal("how it ended", String(24))
    milliseconds: Mapped[float] = impersonal("how long it took", Float)
    detail: Mapped[str] = impersonal("why it failed, without the text", String(300))
    tokens_in: Mapped[int] = impersonal("measured size of the question", Integer)
    tokens_out: Mapped[int] = impersonal("measured size of the answer", Integer)


class Generation(
    Record,
    subject="person_id",
    purpose="proof of how a generated project came to be",
    basis="legitimate_interest",
    retention="1y",
    erase="anonymise",
):
    """One generation. Erasing a person empties who it was for; what happened stays."""

    __tablename__ = "generation_logs_generations"

    project: Mapped[str] = impersonal(
        "the project that was generated", String(64), index=True, label=("Project", "Projet")
    )
    person_id: Mapped[str | None] = personal("unique_id", String(64), nullable=True, index=True)
    purpose: Mapped[str] = impersonal("what the models were asked for", String(64))
    status: Mapped[str] = impersonal("how it ended", String(16), label=("Result", "Résultat"))
    template: Mapped[str] = impersonal("the business template", String(64), label=("Template", "Modèle métier"))
    template_version: Mapped[str] = impersonal("version of the template", String(32))
    template_digest: Mapped[str] = impersonal("digest of the template's file", String(64))
    tier: Mapped[str] = impersonal("kind of model that chose", String(16), label=("Chosen by", "Choisi par"))
    proposer: Mapped[str] = impersonal("which provider proposed", String(64), label=("Proposed by", "Proposé par"))
    model: Mapped[str] = impersonal("which model proposed", String(128), label=("Model", "Modèle d’IA"))
    model_digest: Mapped[str] = impersonal("digest of the model's weights, where they are a file", String(64))
    confidence: Mapped[float] = impersonal("certainty of the choice", Float, label=("Certainty", "Certitude"))
    tokens_in: Mapped[int] = impersonal("measured size of all questions", Integer)
    tokens_out: Mapped[int] = impersonal("measured size of all answers", Integer)
    idea_mark: Mapped[str | None] = personal("content", String(64), nullable=True)
    idea_length: Mapped[int] = impersonal("characters of the idea", Integer)
    language: Mapped[str] = impersonal("language of the project", String(8), label=("Language", "Langue"))
    options_mark: Mapped[str | None] = personal("content", String(64), nullable=True)
    parameters: Mapped[dict[str, Any]] = impersonal("names and counts: which options and how many entities", JSON)
    durations: Mapped[dict[str, Any]] = impersonal("seconds of each step", JSON)
    checks: Mapped[list[Any]] = impersonal("names and results of the checks", JSON)
    accepted_by: Mapped[str | None] = personal("unique_id", String(64), nullable=True)
    accepted_at: Mapped[datetime | None] = impersonal(
        "when a person accepted the proposal", UTCDateTime(), nullable=True
    )
    changed_fields: Mapped[list[Any]] = impersonal("names of what the person changed of the proposal", JSON)
    software: Mapped[str] = impersonal("versions of the programs", String(64))
    asked: ClassVar[MappedSQLExpression[int]]
    attempts: Mapped[list[Attempt]] = relationship(
        Attempt, order_by=Attempt.number, cascade="all, delete-orphan", passive_deletes=True
    )


Generation.asked = column_property(
    select(func.count()).where(Attempt.generation_id == Generation.id).correlate_except(Attempt).scalar_subquery(),
    info={"rgpd": Impersonal("how many models were asked")},
)
"""How many attempts there were, for lists."""
