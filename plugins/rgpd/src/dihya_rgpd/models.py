"""Requests of people, receipts that name nobody, keyed digests of who has retained rows, and holds."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from dihya_hookspecs.data import Model, Record, Records, impersonal, key, personal
from dihya_hookspecs.fields import Choice, Email, Flag, LocalDate, LongText, ShortText, UTCDateTime
from dihya_hookspecs.rgpd import Span
from dihya_hookspecs.rules import required_when
from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from .assessments import Assessment as Assessment  # tables of the plugin too
from .breaches import Breach as Breach
from .catalogue import meant
from .consent_models import Consent as Consent
from .consent_models import Objection as Objection


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day, in UTC."""
    return now().date()


RIGHTS = {
    "access": ("Access (article 15)", "Accès (article 15)"),
    "rectification": ("Rectification (article 16)", "Rectification (article 16)"),
    "erasure": ("Erasure (article 17)", "Effacement (article 17)"),
    "restriction": ("Restriction (article 18)", "Limitation (article 18)"),
    "portability": ("Portability (article 20)", "Portabilité (article 20)"),
    "objection": ("Objection (article 21)", "Opposition (article 21)"),
    "withdrawal": ("Consent withdrawn (article 7)", "Consentement retiré (article 7)"),
}
IDENTITY = {
    "unsure": ("To be checked", "À vérifier"),
    "checked": ("Checked", "Vérifiée"),
    "known": ("Not in doubt", "Sans doute raisonnable"),
}
STATES = {
    "received": ("Received", "Reçue"),
    "under_way": ("Under way", "En cours"),
    "answered": ("Answered", "Traitée"),
    "refused": ("Refused", "Refusée"),
}
CLOSED = ("answered", "refused")
MONTH, EXTENDED = Span(1, "m"), Span(3, "m")
"""Time for an answer (RGPD article 12(3)), and with the two months more that a difficult request may take."""


class Request(
    Record,
    subject="id",
    purpose=("answering requests of people about their data", "répondre aux demandes des personnes sur leurs données"),
    basis="legal_obligation",
    retention="5y after closed_on",
    source="RGPD article 12; C. civ. article 2224",
    confidence="to be checked",
    title=("Requests of people", "Demandes des personnes"),
    singular=("request", "demande"),
):
    """What somebody asks about their own data, and what became of it."""

    __tablename__ = "rgpd_requests"
    __rules__ = (
        required_when("answer", {"state": "refused"}),
        required_when("why_longer", {"longer": True}),
    )

    who: Mapped[str] = personal("name", ShortText(120), label=("Who asks", "Qui demande"), search=True)
    email: Mapped[str | None] = personal("contact.email", Email(), label=("E-mail", "Courriel"), search=True)
    account: Mapped[str | None] = personal(
        "unique_id", String(200), subject="account", read_only=True, listed=False, index=True, label=("Account", "Compte"),
        help=(
            "The account from which the request was sent; empty where it came in another way.",
            "Le compte depuis lequel la demande a été envoyée ; vide si elle est arrivée autrement.",
        ),
    )  # fmt: skip
    asks: Mapped[str] = impersonal("which right", Choice(RIGHTS), label=("Right", "Droit"))
    objects_to: Mapped[str | None] = impersonal(
        "which purpose", ShortText(120), label=("Objects to", "S’oppose à"), listed=False,
        help=(
            "For an objection: the purpose, as the page of the person names it.",
            "Pour une opposition : la finalité, comme la page de la personne la nomme.",
        ),
    )  # fmt: skip
    received_on: Mapped[date] = impersonal(
        "a day", LocalDate(), default=today, label=("Received on", "Reçue le"),
        help=(
            "The month for the answer begins on this day; today if left empty.",
            "Le mois pour répondre commence ce jour-là ; aujourd’hui si rien n’est dit.",
        ),
    )  # fmt: skip
    wish: Mapped[str | None] = personal("content", LongText(4000), label=("What is asked", "Ce qui est demandé"))
    identity: Mapped[str] = impersonal(
        "whether somebody looked", Choice(IDENTITY), default="unsure", label=("Identity", "Identité"), listed=False,
        help=(
            "Ask for a paper only where there is a reasonable doubt, and destroy it once it is checked.",
            "Ne demandez une pièce qu’en cas de doute raisonnable, et détruisez-la une fois vérifiée.",
        ),
    )  # fmt: skip
    longer: Mapped[bool] = impersonal(
        "whether the time was extended", Flag(), default=False, label=("Two more months", "Deux mois de plus"), listed=False,
        help=(
            "For a complex request, or many of them; the person is told within the first month.",
            "Pour une demande complexe, ou nombreuse ; la personne en est informée dans le premier mois.",
        ),
    )  # fmt: skip
    why_longer: Mapped[str | None] = personal(
        "content", LongText(1000), label=("Why it takes longer", "Pourquoi ce délai"), listed=False
    )
    state: Mapped[str] = impersonal(
        "how far it is",
        Choice(STATES, moves={"received": ("under_way", *CLOSED), "under_way": CLOSED, "answered": ("under_way",), "refused": ("under_way",)}),
        default="received", label=("State", "État"), index=True,
    )  # fmt: skip
    answer: Mapped[str | None] = personal(
        "content", LongText(4000), label=("Answer, or reason of the refusal", "Réponse, ou motif du refus"), listed=False,
        help=(
            "A refusal says why, and that one may complain to the authority or go to court.",
            "Un refus dit pourquoi, et qu’on peut saisir l’autorité ou un juge.",
        ),
    )  # fmt: skip
    due_on: Mapped[date] = impersonal(
        "a day",
        LocalDate(),
        default=today,
        read_only=True,
        index=True,
        label=("To be answered by", "À traiter avant le"),
    )
    closed_on: Mapped[date | None] = impersonal("a day", LocalDate(), read_only=True, label=("Closed on", "Close le"))


class Requests(Records[Request]):
    """Requests of people; the days by which and on which each is answered follow from the rest."""

    model = Request
    search = ("who", "email")
    order = "due_on"

    def check(self, record: Request) -> None:
        """Set the days that follow. One that is opened again is closed again on another day.

        Raises:
            Invalid: it objects to something, and does not say to which purpose.
        """
        record.objects_to = meant(record.objects_to) if record.asks == "objection" else None
        record.due_on = (EXTENDED if record.longer else MONTH).end(record.received_on or today())
        if record.state not in CLOSED:
            record.closed_on = None
        elif record.closed_on is None:
            record.closed_on = today()


class Placed:
    """What a hold and a restriction say: on whom, why, and since when."""

    id: Mapped[uuid.UUID] = key()
    subject_table: Mapped[str] = impersonal("the table of the subject", String(120), label=("Table", "Table"))
    subject_key: Mapped[str] = personal("unique_id", String(200), label=("Person", "Personne"))
    reason: Mapped[str] = personal("content", String(500), label=("Reason", "Motif"))
    placed_at: Mapped[datetime] = impersonal("since when", UTCDateTime(), default=now, label=("Since", "Depuis"))


class Restriction(
    Placed,
    Model,
    subject="subject_key",
    purpose=("restricting the use of data", "limiter l’usage de données"),
    basis="legal_obligation",
    retention="account",
    source="RGPD article 18",
    confidence="found",
    title=("Restrictions", "Limitations"),
    singular=("restriction", "limitation"),
):
    """Data about somebody that is kept and not used, until it is lifted: its accuracy or its basis is disputed, or a claim needs it."""

    __tablename__ = "rgpd_restrictions"
    __table_args__ = (UniqueConstraint("subject_table", "subject_key"),)


class DemandRow(Model, title=("Receipts", "Récépissés"), singular=("receipt", "récépissé")):
    """What was carried out for a person, or by the retention, and what became of it: open, done or incomplete."""

    __tablename__ = "rgpd_demands"

    id: Mapped[str] = impersonal("an identifier without meaning", String(36), primary_key=True)
    kind: Mapped[str] = impersonal("export, portable, erase or expire", String(10), label=("Kind", "Nature"))
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
    purpose=(
        "finding again whose data the law obliges to keep",
        "retrouver ceux dont la loi oblige à garder des données",
    ),
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
    Placed,
    Model,
    subject="subject_key",
    purpose=("a legal hold", "une conservation légale"),
    basis="legal_obligation",
    retention="account",
    title=("Legal holds", "Conservations légales"),
    singular=("legal hold", "conservation légale"),
):
    """Data that stays whatever its age and whoever asks, because a claim or a proceeding needs it."""

    __tablename__ = "rgpd_holds"
    __table_args__ = (UniqueConstraint("subject_table", "subject_key"),)
