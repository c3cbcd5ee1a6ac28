"""Breaches of data (RGPD articles 33 and 34): what happened, the 72 hours, and what was decided about telling it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Record, Records, impersonal, personal
from dihya_hookspecs.fields import Choice, Flag, LocalDate, LongText, ShortText, UTCDateTime, Whole
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rules import not_before, past_when, required_when
from sqlalchemy import String
from sqlalchemy.orm import Mapped

HOURS = timedelta(hours=72)
"""From when a breach is known to its report to the authority (article 33(1))."""
STATES = {
    "noticed": ("Noticed", "Constatée"),
    "assessed": ("Assessed", "Évaluée"),
    "reported": ("Reported to the authority", "Notifiée à l’autorité"),
    "not_reported": ("Not to be reported", "Sans notification"),
    "closed": ("Closed", "Close"),
}
UNDECIDED = ("noticed", "assessed")
"""States in which the 72 hours run."""
RISKS = {
    "unsure": ("To be assessed", "À évaluer"),
    "unlikely": ("Unlikely", "Improbable"),
    "likely": ("Likely", "Probable"),
    "high": ("High", "Élevé"),
}
TELLING = {"unsure": ("To be decided", "À décider"), "yes": ("Yes", "Oui"), "no": ("No", "Non")}


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Breach(
    Record,
    subject="author",
    purpose=("keeping the file of breaches of data", "tenir le registre des violations de données"),
    basis="legal_obligation",
    retention="5y after closed_on",
    source="RGPD article 33(5); C. civ. article 2224",
    confidence="to be checked",
    title=("Breaches of data", "Violations de données"),
    singular=("breach of data", "violation de données"),
):
    """Data that was lost, changed or seen by somebody who may not, and what was done about it. It names nobody concerned."""

    __tablename__ = "rgpd_breaches"
    __rules__ = (
        past_when("noticed_at", {"state": tuple(STATES)}),
        not_before("noticed_at", "began_at"),
        not_before("reported_at", "noticed_at"),
        not_before("told_at", "noticed_at"),
        required_when("reported_at", {"state": "reported"}),
        required_when("why_not", {"state": "not_reported"}),
        required_when("why_untold", {"risk": "high", "tell": "no"}),
    )

    what: Mapped[str] = personal("content", ShortText(160), label=("In a few words", "En quelques mots"), search=True)
    noticed_at: Mapped[datetime] = impersonal(
        "a moment", UTCDateTime(), default=now, label=("Noticed at", "Constatée le"),
        help=(
            "When it was known for sure: the 72 hours begin then; now if left empty.",
            "Quand on l’a su avec certitude : les 72 heures commencent alors ; maintenant si rien n’est dit.",
        ),
    )  # fmt: skip
    began_at: Mapped[datetime | None] = impersonal(
        "a moment", UTCDateTime(), label=("Began at", "Commencée le"), listed=False,
        help=("As far as it is known.", "Pour autant qu’on le sache."),
    )  # fmt: skip
    happened: Mapped[str | None] = personal(
        "content", LongText(4000), label=("What happened", "Ce qui s’est passé"), listed=False,
        help=("Name nobody who is concerned.", "Ne nommez aucune personne concernée."),
    )  # fmt: skip
    seen: Mapped[bool] = impersonal(
        "the kind of breach", Flag(), default=False, listed=False,
        label=("Seen by somebody who may not (confidentiality)", "Vues par qui n’en a pas le droit (confidentialité)"),
    )  # fmt: skip
    altered: Mapped[bool] = impersonal(
        "the kind of breach", Flag(), default=False, listed=False,
        label=("Changed without right (integrity)", "Modifiées sans droit (intégrité)"),
    )  # fmt: skip
    lost: Mapped[bool] = impersonal(
        "the kind of breach", Flag(), default=False, listed=False,
        label=("Lost or out of reach (availability)", "Perdues ou inaccessibles (disponibilité)"),
    )  # fmt: skip
    data: Mapped[str | None] = personal(
        "content", LongText(1000), label=("Categories of data", "Catégories de données"), listed=False
    )
    records: Mapped[int | None] = impersonal(
        "a number", Whole(min=0), label=("Records, about", "Enregistrements, environ"), listed=False
    )
    people: Mapped[str | None] = personal(
        "content", LongText(1000), label=("Categories of people", "Catégories de personnes"), listed=False
    )
    number: Mapped[int | None] = impersonal("a number", Whole(min=0), label=("People, about", "Personnes, environ"))
    consequences: Mapped[str | None] = personal(
        "content", LongText(4000), label=("Likely consequences", "Conséquences probables"), listed=False
    )
    measures: Mapped[str | None] = personal(
        "content", LongText(4000), label=("Measures taken or proposed", "Mesures prises ou proposées"), listed=False
    )
    risk: Mapped[str] = impersonal(
        "how likely people are harmed", Choice(RISKS), default="unsure", label=("Risk for people", "Risque pour les personnes"),
        help=(
            "Unless it is unlikely, the authority is told; where it is high, people are told too.",
            "Sauf s’il est improbable, l’autorité est informée ; s’il est élevé, les personnes le sont aussi.",
        ),
    )  # fmt: skip
    state: Mapped[str] = impersonal(
        "how far it is",
        Choice(STATES, moves={
            "noticed": ("assessed",), "assessed": ("reported", "not_reported"), "reported": ("closed",),
            "not_reported": ("assessed", "closed"), "closed": ("assessed",),
        }),
        default="noticed", label=("State", "État"), index=True,
    )  # fmt: skip
    why_not: Mapped[str | None] = personal(
        "content", LongText(2000), listed=False,
        label=("Why it is not reported", "Pourquoi elle n’est pas notifiée"),
    )  # fmt: skip
    reported_at: Mapped[datetime | None] = impersonal(
        "a moment", UTCDateTime(), label=("Reported at", "Notifiée le"), listed=False
    )
    why_late: Mapped[str | None] = personal(
        "content", LongText(2000), listed=False,
        label=("Why it was reported after 72 hours", "Pourquoi elle est notifiée après 72 heures"),
    )  # fmt: skip
    tell: Mapped[str] = impersonal(
        "what was decided", Choice(TELLING), default="unsure", listed=False,
        label=("People must be told (article 34)", "Les personnes doivent être informées (article 34)"),
    )  # fmt: skip
    told_at: Mapped[datetime | None] = impersonal(
        "a moment", UTCDateTime(), label=("People were told at", "Personnes informées le"), listed=False
    )
    why_untold: Mapped[str | None] = personal(
        "content", LongText(2000), listed=False,
        label=("Why people are not told", "Pourquoi les personnes ne sont pas informées"),
        help=(
            "Despite a high risk: data that nobody can read, a risk that is gone, or a public notice instead (article 34(3)).",
            "Malgré un risque élevé : données illisibles, risque écarté, ou communication publique (article 34(3)).",
        ),
    )  # fmt: skip
    due_at: Mapped[datetime] = impersonal(
        "a moment", UTCDateTime(), default=now, read_only=True, index=True,
        label=("To be reported by", "À notifier avant le"),
    )  # fmt: skip
    closed_on: Mapped[date | None] = impersonal("a day", LocalDate(), read_only=True, label=("Closed on", "Close le"))
    author: Mapped[str | None] = personal(
        "unique_id", String(200), read_only=True, listed=False, label=("Noted by", "Notée par")
    )


class Breaches(Records[Breach]):
    """The file of breaches; the last moment for a report and the day of closing follow from the rest."""

    model = Breach
    search = ("what", "happened")
    order = "-noticed_at"

    def check(self, record: Breach) -> None:
        """Set what follows, and refuse what the articles do not allow."""
        record.due_at = (record.noticed_at or now()) + HOURS
        if record.state != "closed":
            record.closed_on = None
        elif record.closed_on is None:
            record.closed_on = now().date()
        if record.author is None and (actor := current().actor):
            record.author = actor.id
        if flaws := list(_flaws(record)):
            raise Invalid(flaws[0].detail, code="rule", flaws=flaws)


def _flaws(record: Breach) -> Iterator[Flaw]:
    if record.state == "not_reported" and record.risk in ("likely", "high"):
        yield Flaw("/risk", _("a breach with a risk for people is reported to the authority (article 33(1))"), "rule")
    elif record.state != "noticed" and record.risk == "unsure":
        yield Flaw("/risk", _("say how likely people are harmed; without that nothing was assessed"), "rule")
    if record.reported_at and record.reported_at > record.due_at and not record.why_late:
        yield Flaw("/why_late", _("say why it was reported after 72 hours (article 33(1))"), "rule")
    if record.state == "closed":
        if not (record.reported_at or record.why_not):
            yield Flaw("/state", _("report it, or say why not, before it is closed"), "rule")
        if record.tell == "unsure":
            yield Flaw("/tell", _("decide whether people must be told before it is closed"), "rule")
        elif record.tell == "yes" and not record.told_at:
            yield Flaw("/told_at", _("people must be told before it is closed; say when they were"), "rule")
