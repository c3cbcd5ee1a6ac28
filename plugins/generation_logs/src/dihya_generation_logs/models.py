"""Tables: a record for each generation, a record for each attempt at a model."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from dihya_hookspecs.data import Impersonal, Model, Record, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, Float, ForeignKey, Integer, String, Uuid, func, select
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property, relationship


class Attempt(
    Model,
    title=("Attempts at models", "Tentatives auprès des modèles"),
    singular=("attempt at a model", "tentative auprès d’un modèle"),
):
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
        label=("Provenance", "Provenance"),
    )
    number: Mapped[int] = impersonal("its place among the attempts", Integer, label=("Number", "Numéro"))
    tier: Mapped[str] = impersonal("kind of model", String(16), label=("Kind of model", "Genre de modèle"))
    provider: Mapped[str] = impersonal("who was asked", String(64), label=("Provider", "Fournisseur"))
    model: Mapped[str] = impersonal("which model answered or was asked", String(128), label=("Model", "Modèle d’IA"))
    outcome: Mapped[str] = impersonal("how it ended", String(24), label=("Outcome", "Issue"))
    milliseconds: Mapped[float] = impersonal("how long it took", Float, label=("Milliseconds", "Millisecondes"))
    detail: Mapped[str] = impersonal("why it failed, without the text", String(300), label=("Reason", "Motif"))
    tokens_in: Mapped[int] = impersonal(
        "measured size of the question", Integer, label=("Size of the question", "Taille de la question")
    )
    tokens_out: Mapped[int] = impersonal(
        "measured size of the answer", Integer, label=("Size of the answer", "Taille de la réponse")
    )


class Generation(
    Record,
    subject="person_id",
    purpose=("proof of how a generated project came to be", "prouver comment un projet généré est né"),
    basis="legitimate_interest",
    retention="1y",
    erase="anonymise",
    title=("Provenance of projects", "Provenance des projets"),
    singular=("provenance of a project", "provenance de projet"),
):
    """One generation. Erasing a person empties who it was for; what happened stays."""

    __tablename__ = "generation_logs_generations"

    project: Mapped[str] = impersonal(
        "the project that was generated", String(64), index=True, label=("Project", "Projet")
    )
    person_id: Mapped[str | None] = personal(
        "unique_id", String(64), nullable=True, index=True, label=("Person", "Personne")
    )
    purpose: Mapped[str] = impersonal("what the models were asked for", String(64), label=("Asked for", "Demandé pour"))
    status: Mapped[str] = impersonal("how it ended", String(16), label=("Result", "Résultat"))
    template: Mapped[str] = impersonal("the business template", String(64), label=("Template", "Modèle métier"))
    template_version: Mapped[str] = impersonal(
        "version of the template", String(32), label=("Version of the template", "Version du modèle métier")
    )
    template_digest: Mapped[str] = impersonal(
        "digest of the template's file", String(64), label=("Digest of the template", "Empreinte du modèle métier")
    )
    tier: Mapped[str] = impersonal("kind of model that chose", String(16), label=("Chosen by", "Choisi par"))
    proposer: Mapped[str] = impersonal("which provider proposed", String(64), label=("Proposed by", "Proposé par"))
    model: Mapped[str] = impersonal("which model proposed", String(128), label=("Model", "Modèle d’IA"))
    model_digest: Mapped[str] = impersonal(
        "digest of the model's weights, where they are a file",
        String(64),
        label=("Digest of the model", "Empreinte du modèle d’IA"),
    )
    confidence: Mapped[float] = impersonal("certainty of the choice", Float, label=("Certainty", "Certitude"))
    tokens_in: Mapped[int] = impersonal(
        "measured size of all questions", Integer, label=("Size of the questions", "Taille des questions")
    )
    tokens_out: Mapped[int] = impersonal(
        "measured size of all answers", Integer, label=("Size of the answers", "Taille des réponses")
    )
    idea_mark: Mapped[str | None] = personal(
        "content", String(64), nullable=True, label=("Fingerprint of the idea", "Empreinte de l’idée")
    )
    idea_length: Mapped[int] = impersonal(
        "characters of the idea", Integer, label=("Length of the idea", "Longueur de l’idée")
    )
    language: Mapped[str] = impersonal("language of the project", String(8), label=("Language", "Langue"))
    options_mark: Mapped[str | None] = personal(
        "content", String(64), nullable=True, label=("Fingerprint of the options", "Empreinte des options")
    )
    parameters: Mapped[dict[str, Any]] = impersonal(
        "names and counts: which options and how many entities", JSON, label=("Options and tables", "Options et tables")
    )
    durations: Mapped[dict[str, Any]] = impersonal("seconds of each step", JSON, label=("Durations", "Durées"))
    checks: Mapped[list[Any]] = impersonal(
        "names and results of the checks", JSON, label=("Checks of the result", "Contrôles du résultat")
    )
    accepted_by: Mapped[str | None] = personal(
        "unique_id", String(64), nullable=True, label=("Accepted by", "Accepté par")
    )
    accepted_at: Mapped[datetime | None] = impersonal(
        "when a person accepted the proposal", UTCDateTime(), nullable=True, label=("Accepted", "Accepté le")
    )
    changed_fields: Mapped[list[Any]] = impersonal(
        "names of what the person changed of the proposal",
        JSON,
        label=("Changed by the person", "Modifié par la personne"),
    )
    software: Mapped[str] = impersonal("versions of the programs", String(64), label=("Programs", "Programmes"))
    asked: ClassVar[MappedSQLExpression[int]]
    attempts: Mapped[list[Attempt]] = relationship(
        Attempt, order_by=Attempt.number, cascade="all, delete-orphan", passive_deletes=True
    )


Generation.asked = column_property(
    select(func.count()).where(Attempt.generation_id == Generation.id).correlate_except(Attempt).scalar_subquery(),
    info={"rgpd": Impersonal("how many models were asked")},
)
"""How many attempts there were, for lists."""
