"""The ledger of consents: who allowed what, in which words, and who took it back (RGPD article 7)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, cast, get_args

from dihya_hookspecs import Flaw, Invalid, Refused
from dihya_hookspecs.acts import Act, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Records, action
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Consents, How, Subject
from sqlalchemy import select
from sqlalchemy.orm import Session

from .catalogue import Catalogue
from .consent_models import ENDED, HOW, Consent
from .holding import Restrictions
from .objections import Objections
from .planning import chunks

SHORTEST, LONGEST = 10, 4000
"""Characters of the words to which somebody consents."""
Standing = Mapping[tuple[str, str], Consent]


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody says about one purpose, as pages show it.

    Attributes:
        title: what people call the purpose.
        fact: what they said last; None where they were never asked.
        known: whether an active plugin declares the purpose, so that a consent can be noted.
    """

    purpose: str
    title: str
    fact: Consent | None
    known: bool

    @property
    def stands(self) -> bool:
        """Whether the consent can be relied on now."""
        return self.fact is not None and self.fact.fact == "given"


class Ledger:
    """Implements ``dihya_hookspecs.rgpd.Consents``.

    Args:
        act: which records that something was noted, and in whose name.
    """

    def __init__(self, session: Session, catalogue: Catalogue, act: Act) -> None:
        self.session, self.catalogue, self._act = session, catalogue, act

    @classmethod
    def from_container(cls, svcs_container: Any) -> Ledger:
        """Build the service inside an act."""
        get = svcs_container.get
        return cls(get(Session), Catalogue.of(get(Plugins)), get(Act))

    def given(self, subject: Subject, purpose: str, words: str, how: How, on: date | None = None) -> None:
        """Note that somebody consents. Raises Invalid where words, way or day are none."""
        known, text, now = self.catalogue.get(purpose), _composed(words), datetime.now(UTC)
        flaws = []
        if not SHORTEST <= len(text) <= LONGEST:
            said = _("give the whole text that was shown, in 10 to 4000 characters; without it nothing is proven")
            flaws.append(Flaw("/words", said))
        if how not in get_args(How):
            flaws.append(Flaw("/how", _("say how they consented: form, paper, oral or email")))
        if on is not None and on > now.date() + timedelta(days=1):  # it is tomorrow already, east of here
            flaws.append(Flaw("/on", _("this day has not come yet; give the day on which they consented")))
        if flaws:
            raise Invalid(flaws[0].detail, flaws=flaws)
        at = now if on is None or on >= now.date() else datetime.combine(on, time.min, UTC)
        digest = sha256(text.encode()).hexdigest()
        self._note(subject, known.name, fact="given", at=at, how=how, words=text, digest=digest)
        self._act.record("rgpd.consented", purpose=known.name)

    def withdrawn(self, subject: Subject, purpose: str) -> bool:
        """Note that somebody takes their consent back; False where none stood."""
        found = self.standing([subject], purpose)
        if not found:
            return False
        self._note(subject, purpose, fact="withdrawn", at=datetime.now(UTC))
        self._act.record("rgpd.withdrawn", purpose=purpose)
        return True

    def end(self, subject: Subject) -> None:
        """End every consent and objection of somebody whose data is erased."""
        for _who, purpose in self.standing([subject]):
            self._note(subject, purpose, fact="withdrawn", at=datetime.now(UTC), how="erasure")
        for row in self._objections().standing([subject]):
            self._objections().end(row)

    def holds(self, subject: Subject, purpose: str) -> bool:
        """Tell whether a consent stands."""
        return bool(self.standing([subject], self.catalogue.get(purpose).name))

    def objected(self, subject: Subject, purpose: str, grounds: str = "") -> None:
        """Note that somebody objects."""
        self._objections().note(subject, purpose, grounds)

    def may_use(self, subject: Subject, purpose: str) -> bool:
        """Tell whether data about somebody may be used for this now."""
        return bool(self.among([subject], purpose))

    def among(self, subjects: Iterable[Subject], purpose: str) -> list[Subject]:
        """Return those of *subjects* whose data may be used for this now."""
        asked = list(subjects)
        hindered = self._hindrances(asked, purpose)
        return [one for one in asked if _named(one) not in hindered]

    def demand(self, subject: Subject, purpose: str) -> None:
        """Raise Refused unless the data may be used."""
        code = self._hindrances([subject], purpose).get(_named(subject))
        title = self.catalogue.title(purpose)
        if code == "restricted":
            raise Refused(_("the use of this person’s data is restricted; wait until that is lifted"), code=code)
        if code == "objected":
            raise Refused(_("this person objects to “%(purpose)s”; leave them out", purpose=title), code=code)
        if code == "no-consent":
            raise Refused(
                _("this person does not consent to “%(purpose)s” now; ask them, and note what they say", purpose=title),
                code=code,
            )

    def _hindrances(self, asked: Sequence[Subject], purpose: str) -> dict[str, str]:
        """Return by ``table:key`` why data about somebody may not be used for this; who may be used is left out."""
        known = self.catalogue.get(purpose)
        found: dict[str, str] = {}
        if known.purpose.basis == "consent":
            standing = {who for who, _purpose in self.standing(asked, purpose)}
            found = {_named(one): "no-consent" for one in asked if _named(one) not in standing}
        for row in self._objections().standing(asked, purpose):
            found[f"{row.subject_table}:{row.subject_key}"] = "objected"
        for one in Restrictions(self.session).on(asked):
            found[f"{one.subject_table}:{one.subject_key}"] = "restricted"
        return found

    def _objections(self) -> Objections:
        return Objections(self.session, self.catalogue, self._act)

    def lines(self, subjects: Sequence[Subject]) -> list[Line]:
        """Return what these subjects, who are one person, say about each purpose that needs a consent."""
        said: dict[str, Consent] = {}
        for (_who, purpose), fact in sorted(self.newest(subjects).items(), key=lambda found: found[1].at):
            said[purpose] = fact
        asked = [name for name, known in self.catalogue.all.items() if known.purpose.basis == "consent"]
        return [
            Line(name, self.catalogue.title(name), said.get(name), name in self.catalogue.all)
            for name in dict.fromkeys([*asked, *said])
        ]

    def newest(self, subjects: Sequence[Subject], purpose: str = "") -> Standing:
        """Return what each of *subjects* said last, by ``table:key`` and purpose; about one purpose or about all."""
        wanted, found = {_named(one) for one in subjects}, dict[tuple[str, str], Consent]()
        for keys in chunks(sorted({one.key for one in subjects})):
            facts = select(Consent).where(Consent.subject_key.in_(keys)).order_by(Consent.at, Consent.id)
            for fact in self.session.scalars(facts.where(Consent.purpose == purpose) if purpose else facts):
                if (who := f"{fact.subject_table}:{fact.subject_key}") in wanted:
                    found[who, fact.purpose] = fact
        return found

    def standing(self, subjects: Sequence[Subject], purpose: str = "") -> Standing:
        """Return the consents that stand, as ``newest`` does."""
        return {place: fact for place, fact in self.newest(subjects, purpose).items() if fact.fact == "given"}

    def _note(self, subject: Subject, purpose: str, **said: Any) -> None:
        """Add a fact; those that count no more because of it say until when they did."""
        who = getattr(self._act.actor, "id", None)
        fact = Consent(subject_table=subject.table, subject_key=subject.key, purpose=purpose, noted_by=who, **said)
        self.session.add(fact)
        self.session.flush()
        newest = self.newest([subject], purpose)[_named(subject), purpose]
        theirs = select(Consent).where(
            Consent.subject_table == subject.table, Consent.subject_key == subject.key, Consent.purpose == purpose
        )
        for each in self.session.scalars(theirs.where(Consent.ended_on.is_(None))):
            if each is not newest or each.fact == "withdrawn":
                each.ended_on = datetime.now(UTC).date()
        self.session.flush()


def ways() -> dict[str, str]:
    """Return by code how something can be said, in the language of the running act."""
    return {code: str(Text(*words)) for code, words in (HOW | ENDED).items()}


def opened() -> Ledger:
    """Return the ledger of the act that is running."""
    return cast("Ledger", get(Consents))


def end(subjects: Iterable[Subject]) -> None:
    """Take part in an erasure: who wants everything gone consents to nothing any more. The facts stay as proof."""
    ledger = opened()
    for subject in subjects:
        ledger.end(subject)


class ConsentFacts(Records[Consent]):
    """The ledger as a list; a withdrawal is added to it from there."""

    model = Consent
    search = ("subject_table", "subject_key", "purpose", "words")
    order = "-at"

    @action(
        "withdraw",
        ("Withdraw", "Retirer"),
        confirm=(
            "Note that this person takes their consent back? What was done until now stays lawful.",
            "Noter que cette personne retire son consentement ? Ce qui a été fait jusqu’ici reste licite.",
        ),
        permission="rgpd:write_consents",
    )
    def withdraw(self, record: Consent) -> None:
        """Note the withdrawal. Raises Invalid (409) where no consent to this purpose stands."""
        subject = Subject(record.subject_table, record.subject_key, "")
        if not get(Consents).withdrawn(subject, record.purpose):
            raise Invalid(_("no consent of this person to this purpose stands any more"), code="withdrawn", status=409)


def _named(subject: Subject) -> str:
    return f"{subject.table}:{subject.key}"


def _composed(words: str) -> str:
    """Return the words in one spelling, so that the same text has the same version."""
    return unicodedata.normalize("NFC", words).replace("\r\n", "\n").replace("\r", "\n").strip()
