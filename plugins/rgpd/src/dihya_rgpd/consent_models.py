"""What people have said about purposes: consents, to which facts are added and of which none is changed, and objections."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import Choice, LocalDate, LongText, UTCDateTime
from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped

FACTS = {"given": ("Given", "Donné"), "withdrawn": ("Withdrawn", "Retiré")}
HOW = {
    "form": ("On a form here", "Sur un formulaire d’ici"),
    "paper": ("On paper", "Sur papier"),
    "oral": ("By word of mouth", "De vive voix"),
    "email": ("By e-mail", "Par courriel"),
}
ENDED = {"erasure": ("By the erasure of the data", "Par l’effacement des données")}
"""How a consent ends that nobody withdraws."""


def _now() -> datetime:
    return datetime.now(UTC)


class Consent(
    Model,
    subject="subject_key",
    purpose=("proving who consented to what", "prouver qui a consenti à quoi"),
    basis="legal_obligation",
    retention="5y after ended_on",
    source="RGPD articles 7(1) and 17(3)(e); C. civ. article 2224",
    confidence="to be checked",
    title=("Consents", "Consentements"),
    singular=("consent", "consentement"),
):
    """One thing that somebody said about one purpose: a consent, or its withdrawal. The newest counts.

    Nothing of a fact is written over. ``ended_on`` is no part of it: it is filled once, on the day on which the fact
    no longer counts, so that its five years begin; whoever erases the person ends it too.
    """

    __tablename__ = "rgpd_consents"
    __table_args__ = (Index("ix_rgpd_consents_subject_key", "subject_key", "purpose"),)

    id: Mapped[uuid.UUID] = key()
    subject_table: Mapped[str] = impersonal("the table of the subject", String(120), label=("Table", "Table"))
    subject_key: Mapped[str] = personal("unique_id", String(200), label=("Person", "Personne"))
    purpose: Mapped[str] = impersonal("which purpose", String(120), label=("Purpose", "Finalité"))
    fact: Mapped[str] = impersonal("given or withdrawn", Choice(FACTS), label=("What was said", "Ce qui a été dit"))
    at: Mapped[datetime] = impersonal("when it was said", UTCDateTime(), label=("Said", "Dit le"))
    how: Mapped[str | None] = impersonal("a word of a list", Choice(HOW | ENDED), label=("How", "Comment"))
    words: Mapped[str | None] = impersonal(
        "the text that the house shows to everybody", LongText(4000), label=("Words that were shown", "Texte présenté")
    )
    digest: Mapped[str | None] = impersonal(
        "the SHA-256 of the words: their version", String(64), label=("Version of the words", "Version du texte")
    )
    noted_at: Mapped[datetime] = impersonal(
        "when it was noted", UTCDateTime(), default=_now, label=("Noted", "Noté le")
    )
    noted_by: Mapped[str | None] = personal(
        "unique_id", String(200), subject="noted_by", basis="legitimate_interest", label=("Noted by", "Noté par")
    )
    ended_on: Mapped[date | None] = impersonal(
        "the day on which it stopped counting", LocalDate(), label=("Counts until", "Vaut jusqu’au")
    )


OBJECTIONS = {
    "weighed": ("Being weighed", "À l’examen"),
    "upheld": ("Upheld", "Retenue"),
    "rejected": ("Rejected", "Écartée"),
    "ended": ("Ended", "Levée"),
}


class Objection(
    Model,
    subject="subject_key",
    purpose=("heeding objections", "respecter les oppositions"),
    basis="legal_obligation",
    retention="5y after ended_on",
    source="RGPD articles 17(3)(e) and 21; C. civ. article 2224",
    confidence="to be checked",
    title=("Objections", "Oppositions"),
    singular=("objection", "opposition"),
):
    """That somebody objects to a purpose, and what was decided. While it is weighed or upheld, the data is not used for it."""

    __tablename__ = "rgpd_objections"
    __table_args__ = (Index("ix_rgpd_objections_subject_key", "subject_key", "purpose"),)

    id: Mapped[uuid.UUID] = key()
    subject_table: Mapped[str] = impersonal("the table of the subject", String(120), label=("Table", "Table"))
    subject_key: Mapped[str] = personal("unique_id", String(200), label=("Person", "Personne"))
    purpose: Mapped[str] = impersonal("which purpose", String(120), label=("Purpose", "Finalité"))
    since: Mapped[datetime] = impersonal("since when", UTCDateTime(), label=("Since", "Depuis"))
    state: Mapped[str] = impersonal("how far it is", Choice(OBJECTIONS), label=("State", "État"))
    grounds: Mapped[str | None] = personal(
        "content", LongText(2000), label=("What the person says", "Ce que dit la personne")
    )
    reasons: Mapped[str | None] = personal(
        "content", LongText(2000), label=("Reasons of the decision", "Motifs de la décision")
    )
    decided_at: Mapped[datetime | None] = impersonal("when", UTCDateTime(), label=("Decided", "Décidée le"))
    noted_by: Mapped[str | None] = personal(
        "unique_id", String(200), subject="noted_by", basis="legitimate_interest", label=("Noted by", "Noté par")
    )
    request_id: Mapped[uuid.UUID | None] = impersonal("which request", Uuid, label=("Request", "Demande"))
    ended_on: Mapped[date | None] = impersonal(
        "the day on which it stopped counting", LocalDate(), label=("Counts until", "Vaut jusqu’au")
    )
