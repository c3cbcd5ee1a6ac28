"""Generations, and what is told of their progress."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from dihya_hookspecs.data import Impersonal, Model, Record, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from dihya_hookspecs.scopes import Everything, Own
from sqlalchemy import JSON, Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid, and_, case
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property

CANCELLED = "it was cancelled"
"""The error of a generation that somebody stopped; its status is ``failed``, since no plugin came of it."""


def _now() -> datetime:
    return datetime.now(UTC)


class Generation(
    Record,
    subject="person_id",
    purpose=(
        "turn a person's idea into a plugin and give it to them",
        "faire d’une idée un plugin et le remettre à son auteur",
    ),
    basis="contract",
    retention="1y",
    erase="delete",
    title=("Generations", "Générations"),
    singular=("generation", "génération"),
):
    """One run from an idea to a plugin: what was wanted, what was proposed, what came of it."""

    __tablename__ = "services_generations"
    __scope__ = Own("person_id") | Everything(holding="services:oversee")
    __write_scope__ = Own("person_id") | Everything(holding="services:manage")

    person_id: Mapped[str] = personal("unique_id", String(64), index=True, label=("Person", "Personne"))
    idea: Mapped[str] = personal("content", Text, label=("Idea", "Idée"))
    needs: Mapped[dict[str, Any]] = personal("content", JSON, label=("What was wanted", "Ce qui était voulu"))
    proposal: Mapped[dict[str, Any]] = personal("content", JSON, label=("Proposal", "Proposition"))
    name: Mapped[str] = personal("content", String(40), label=("Name of the plugin", "Nom du plugin"))
    title: Mapped[str] = personal("content", String(200), label=("Title", "Titre"))
    language: Mapped[str] = impersonal("the language of the plugin", String(8), label=("Language", "Langue"))
    template: Mapped[str] = impersonal(
        "the name of a business template", String(64), label=("Business template", "Modèle métier")
    )
    proposer: Mapped[str] = impersonal(
        "'person', or the name of a provider", String(80), label=("Proposed by", "Proposé par")
    )
    model: Mapped[str] = impersonal("the name of a model", String(120), label=("Model", "Modèle d’IA"))
    tier: Mapped[str] = impersonal(
        "the tier of the AI chain that answered", String(20), label=("Kind of model", "Genre de modèle")
    )
    confidence: Mapped[float] = impersonal(
        "how certain the choice of the template is", Float, label=("Certainty", "Certitude")
    )
    status: Mapped[str] = impersonal(
        "draft, generating, ready, failed or archived", String(12), index=True, label=("Status", "État")
    )
    task: Mapped[str] = impersonal("the task that carries it out", String(64), label=("Task", "Tâche"))
    files: Mapped[str | None] = impersonal("digest of the blob with the files", String(64), label=("Files", "Fichiers"))
    archive: Mapped[str | None] = impersonal("digest of the blob with the ZIP", String(64), label=("ZIP", "ZIP"))
    archive_size: Mapped[int] = impersonal(
        "bytes of the ZIP", Integer, default=0, label=("Size of the ZIP", "Taille du ZIP")
    )
    log: Mapped[str | None] = impersonal(
        "digest of the blob with the log of the proof", String(64), label=("Log of the proof", "Journal de la preuve")
    )
    checks: Mapped[list[dict[str, Any]]] = impersonal(
        "the lines of the proof", JSON, default=list, label=("Lines of the proof", "Lignes de la preuve")
    )
    durations: Mapped[dict[str, float]] = impersonal(
        "seconds a step", JSON, default=dict, label=("Durations", "Durées")
    )
    error: Mapped[str] = personal("content", Text, default="", label=("What went wrong", "Ce qui a échoué"))
    finished_at: Mapped[datetime | None] = impersonal("when it ended", UTCDateTime(), label=("Ended", "Terminée"))
    state: ClassVar[MappedSQLExpression[str]]


Generation.state = column_property(
    case(
        (Generation.error == CANCELLED, "stopped"),
        (Generation.status != "archived", Generation.status),
        (and_(Generation.archive.is_not(None), Generation.error == ""), "ready"),
        else_="failed",
    ),
    info={"rgpd": Impersonal("how far it is, or how it ended")},
)
"""For lists, what ``ending.state`` says of one."""


class Revision(
    Model,
    audited=False,
    subject="person_id",
    purpose=(
        "take back a change to a plugin that is not built yet",
        "revenir sur un changement d’un plugin qui n’est pas encore construit",
    ),
    basis="contract",
    retention="1y",
    erase="delete",
    title=("Changes of drafts", "Changements des brouillons"),
    singular=("change of a draft", "changement d’un brouillon"),
):
    """A structure after one change, kept to be undone and redone; the audited generation says that it changed."""

    __tablename__ = "services_revisions"
    __table_args__ = (UniqueConstraint("generation_id", "number"),)
    __scope__ = Own("person_id")

    id: Mapped[uuid.UUID] = key()
    generation_id: Mapped[uuid.UUID] = impersonal(
        "leads to the generation", Uuid, ForeignKey("services_generations.id", ondelete="CASCADE")
    )
    person_id: Mapped[str] = personal("unique_id", String(64), index=True, label=("Person", "Personne"))
    number: Mapped[int] = impersonal("counts the changes of one draft", Integer)
    made: Mapped[int] = impersonal("the version of the generation that the change made", Integer)
    structure: Mapped[dict[str, Any]] = personal("content", JSON, label=("Structure", "Structure"))
    said: Mapped[list[str]] = personal("content", JSON, label=("What was changed", "Ce qui a changé"))
    undone: Mapped[bool] = impersonal("whether it was taken back", Boolean)
    created_at: Mapped[datetime] = impersonal("when the row was made, for retention", UTCDateTime(), default=_now)


class Progress(
    Model,
    audited=False,
    title=("Progress of generations", "Avancement des générations"),
    singular=("line of progress", "ligne d’avancement"),
):
    """One line of the progress of a generation; itself a log of what the audited generation goes through."""

    __tablename__ = "services_progress"
    __table_args__ = (UniqueConstraint("generation_id", "number"),)

    id: Mapped[uuid.UUID] = key()
    generation_id: Mapped[uuid.UUID] = impersonal(
        "leads to the generation", Uuid, ForeignKey("services_generations.id", ondelete="CASCADE")
    )
    number: Mapped[int] = impersonal("counts the lines of one generation", Integer)
    at: Mapped[datetime] = impersonal("when it was said", UTCDateTime())
    step: Mapped[str] = impersonal("the step of the workflow", String(20))
    state: Mapped[str] = impersonal("running, passed, failed, done or stopped", String(10))
    message: Mapped[str] = impersonal("the name of a check, or empty", String(300))
    detail: Mapped[dict[str, Any]] = impersonal("numbers and names of files", JSON)
