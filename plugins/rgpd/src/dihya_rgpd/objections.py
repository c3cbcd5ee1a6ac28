"""Objections to a purpose (RGPD article 21): noted, weighed unless it is direct marketing, and heeded while they stand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import Act, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Records, action
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Purpose, Subject
from sqlalchemy import select
from sqlalchemy.orm import Session

from .catalogue import Catalogue
from .consent_models import Objection
from .planning import chunks
from .wording import basis

STANDING = ("weighed", "upheld")
"""States in which the data is not used: who weighs an objection does not use the data meanwhile (article 18(1)(d))."""
LONGEST = 2000


def may_be_objected_to(purpose: Purpose) -> bool:
    """Tell whether article 21 applies. A consent is taken back instead; a contract or a duty is not objected to."""
    return purpose.basis in ("legitimate_interest", "public_interest") or (
        purpose.marketing and purpose.basis != "consent"
    )


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection as pages show it: the row, and what people call its purpose."""

    row: Objection
    title: str


class Objections:
    """The objections of people.

    Args:
        act: which records what was noted and decided, and in whose name.
    """

    def __init__(self, session: Session, catalogue: Catalogue, act: Act) -> None:
        self.session, self.catalogue, self._act = session, catalogue, act

    @classmethod
    def from_container(cls, svcs_container: Any) -> Objections:
        """Build the service inside an act."""
        get = svcs_container.get
        return cls(get(Session), Catalogue.of(get(Plugins)), get(Act))

    def note(self, subject: Subject, purpose: str, grounds: str = "", request: uuid.UUID | None = None) -> Objection:
        """Note that somebody objects; to direct marketing that is upheld at once.

        Args:
            grounds: what the person says of their situation; nobody need say any against direct marketing.
            request: the request of people in which they asked for it.

        Raises:
            Invalid: article 21 does not apply to the purpose, or (409) an objection to it stands already.
        """
        known = self.catalogue.get(purpose)
        if not may_be_objected_to(known.purpose):
            raise Invalid(_why_not(known.purpose), flaws=[Flaw("/purpose", _why_not(known.purpose))])
        if len(grounds) > LONGEST:
            said = _("say it in 2000 characters at most")
            raise Invalid(said, flaws=[Flaw("/grounds", said)])
        if self.standing([subject], purpose):
            raise Invalid(_("this person objects to this purpose already"), code="objected", status=409)
        now = datetime.now(UTC)
        row = Objection(
            subject_table=subject.table, subject_key=subject.key, purpose=known.name, since=now, request_id=request,
            grounds=grounds.strip() or None, noted_by=getattr(self._act.actor, "id", None), state="weighed",
        )  # fmt: skip
        if known.purpose.marketing:
            row.state, row.decided_at = "upheld", now
        self.session.add(row)
        self.session.flush()
        self._act.record("rgpd.objected", object=f"rgpd_objections:{row.id}", purpose=known.name, state=row.state)
        return row

    def decide(self, row: Objection, *, upheld: bool, reasons: str = "") -> None:
        """Uphold or reject an objection that is being weighed.

        Raises:
            Invalid: it is rejected without reasons, or (409) was decided already, as one to direct marketing always is.
        """
        text = reasons.strip()
        if row.state != "weighed":
            raise Invalid(_("this objection is decided already"), code="decided", status=409)
        if not upheld and not 10 <= len(text) <= LONGEST:
            said = _(
                "say in 10 to 2000 characters which compelling grounds weigh more than the person’s; otherwise it is upheld"
            )
            raise Invalid(said, flaws=[Flaw("/reasons", said)])
        row.state, row.reasons, row.decided_at = "upheld" if upheld else "rejected", text or None, datetime.now(UTC)
        row.ended_on = None if upheld else row.decided_at.date()
        self.session.flush()
        self._act.record("rgpd.weighed", object=f"rgpd_objections:{row.id}", state=row.state)

    def end(self, row: Objection) -> None:
        """Note that the person no longer objects. Raises Invalid (409) where the objection does not stand."""
        if row.state not in STANDING:
            raise Invalid(_("this objection does not stand any more"), code="ended", status=409)
        row.state, row.ended_on = "ended", datetime.now(UTC).date()
        self.session.flush()

    def of(self, subjects: Iterable[Subject], purpose: str = "") -> list[Objection]:
        """Return the objections of *subjects*, the oldest first; to one purpose or to all."""
        asked = list(subjects)
        wanted, found = {(one.table, one.key) for one in asked}, list[Objection]()
        for keys in chunks(sorted({one.key for one in asked})):
            theirs = select(Objection).where(Objection.subject_key.in_(keys)).order_by(Objection.since, Objection.id)
            rows = self.session.scalars(theirs.where(Objection.purpose == purpose) if purpose else theirs)
            found += [row for row in rows if (row.subject_table, row.subject_key) in wanted]
        return found

    def standing(self, subjects: Iterable[Subject], purpose: str = "") -> list[Objection]:
        """Return those that stand, as ``of`` does."""
        return [row for row in self.of(subjects, purpose) if row.state in STANDING]

    def lines(self, subjects: Sequence[Subject]) -> list[ObjectionLine]:
        """Return the objections of these subjects with what people call their purposes."""
        return [ObjectionLine(row, self.catalogue.title(row.purpose)) for row in self.of(subjects)]

    def open_to(self) -> dict[str, str]:
        """Return the purposes to which one may object: name and title."""
        return {name: one.title for name, one in self.catalogue.all.items() if may_be_objected_to(one.purpose)}


class ObjectionRows(Records[Objection]):
    """The objections as a list. One is rejected on the page of the person, since that needs reasons."""

    model = Objection
    search = ("subject_table", "subject_key", "purpose", "grounds", "reasons")
    order = "-since"

    @action("uphold", ("Uphold", "Retenir"), permission="rgpd:write_consents")
    def uphold(self, record: Objection) -> None:
        """Heed it for good."""
        get(Objections).decide(record, upheld=True)

    @action(
        "take_back",
        ("Taken back", "Lever"),
        confirm=(
            "Does this person no longer object? Their data is used for this again.",
            "Cette personne ne s’oppose-t-elle plus ? Ses données servent de nouveau à cela.",
        ),
        permission="rgpd:write_consents",
    )
    def take_back(self, record: Objection) -> None:
        """The person no longer objects."""
        get(Objections).end(record)


def _why_not(purpose: Purpose) -> str:
    if purpose.basis == "consent":
        return _(
            "“%(purpose)s” rests on consent: who does not want it takes the consent back; withdraw it",
            purpose=str(purpose.title),
        )
    return _(
        "“%(purpose)s” rests on another basis (%(basis)s), to which article 21 knows no objection; say so in the answer",
        purpose=str(purpose.title),
        basis=str(basis(purpose.basis)),
    )
