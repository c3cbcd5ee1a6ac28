"""The desk's own lists: what people asked, what was carried out and what became of it, and what is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from dihya_hookspecs.acts import get
from dihya_hookspecs.data import Records, action
from dihya_hookspecs.fields import form_of, labels_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import People, Subject
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field

from .assessments import Assessment, Assessments
from .breaches import Breach, Breaches
from .catalogue import titled_purpose
from .consent_models import Consent, Objection
from .consents import ConsentFacts
from .models import DemandRow, Hold, Request, Requests, Restriction
from .objections import ObjectionRows
from .own import account_named
from .wording import person, titled

if TYPE_CHECKING:
    from .service import DataSubjects

KINDS = {
    "export": {"en": "Export", "fr": "Export"},
    "portable": {"en": "Portable export", "fr": "Export portable"},
    "erase": {"en": "Erasure", "fr": "Effacement"},
    "expire": {"en": "Retention", "fr": "Conservation"},
}
STATES = {
    "open": {"en": "Open", "fr": "Ouverte"},
    "done": {"en": "Answered", "fr": "Traitée"},
    "incomplete": {"en": "Incomplete", "fr": "Incomplète"},
}


class DemandWords(BaseModel):
    """What people read for the states of a demand; nobody writes one here."""

    kind: Literal["export", "portable", "erase", "expire"] = Field("export", json_schema_extra={"captions": KINDS})
    state: Literal["open", "done", "incomplete"] = Field("open", json_schema_extra={"captions": STATES})


class HoldWords(BaseModel):
    """What is said of a hold or a restriction; it is placed at the desk, on somebody who was found."""

    reason: str = Field(max_length=500)


class RestrictedPeople(Records[Restriction]):
    """The restrictions."""

    model = Restriction
    search = ("subject_table", "subject_key", "reason")
    order = "placed_at"

    @action(
        "lift",
        ("Lift", "Lever"),
        confirm=(
            "Lift these restrictions? The people must have been told before (article 18(3)).",
            "Lever ces limitations ? Les personnes doivent en avoir été informées avant (article 18(3)).",
        ),
        many=True,
        permission="rgpd:restrict",
    )
    def lift(self, record: Restriction) -> None:
        """The data is used again as before."""
        cast("DataSubjects", get(People)).lift([Subject(record.subject_table, record.subject_key, "")])


class Demands(Records[DemandRow]):
    """Demands and runs of the retention. They name nobody."""

    model = DemandRow
    order = "-opened_at"


class LegalHolds(Records[Hold]):
    """The legal holds."""

    model = Hold
    search = ("subject_table", "subject_key", "reason")
    order = "placed_at"

    @action(
        "release",
        ("Release", "Lever"),
        confirm=(
            "Release these holds? The data can be erased then.",
            "Lever ces conservations ? Les données pourront être effacées.",
        ),
        many=True,
        permission="rgpd:hold",
    )
    def release(self, record: Hold) -> None:
        """The data goes again when its time is over, or when it is demanded."""
        desk = cast("DataSubjects", get(People))
        desk.release([Subject(record.subject_table, record.subject_key, "")])


RESOURCES = (
    Resource(
        name="requests",
        service=Requests,
        form=form_of(Request),
        read="rgpd:read_requests",
        write="rgpd:write_requests",
        columns=("who", "asks", "received_on", "due_on", "state", "closed_on", "account"),
        labels=labels_of(Request),
        words={"account": account_named, "objects_to": titled_purpose},
        caption="{who} – {asks}",
    ),
    Resource(
        name="breaches",
        service=Breaches,
        form=form_of(Breach),
        read="rgpd:read_breaches",
        write="rgpd:write_breaches",
        columns=("what", "noticed_at", "due_at", "state", "risk", "number"),
        labels=labels_of(Breach),
        words={"author": person},
        caption="{what}",
    ),
    Resource(
        name="assessments",
        service=Assessments,
        form=form_of(Assessment),
        read="rgpd:read_assessments",
        write="rgpd:write_assessments",
        columns=("plugin", "state", "remaining", "adopted_on", "look_again_on"),
        labels=labels_of(Assessment),
        words={"author": person},
        caption="{plugin}",
    ),
    Resource(
        name="receipts",
        service=Demands,
        form=DemandWords,
        read="rgpd:read",
        write=None,
        columns=("opened_at", "kind", "state", "finished_at", "id"),
        labels=labels_of(DemandRow) | {"id": Text("Number", "Numéro")},
        caption="{kind} {opened_at}",
    ),
    Resource(
        name="consents",
        service=ConsentFacts,
        form=form_of(Consent),
        read="rgpd:read_consents",
        write=None,
        columns=("subject_key", "purpose", "fact", "at", "how", "ended_on"),
        labels=labels_of(Consent),
        words={"subject_table": titled, "purpose": titled_purpose},
        caption="{purpose} – {subject_key}",
    ),
    Resource(
        name="objections",
        service=ObjectionRows,
        form=form_of(Objection),
        read="rgpd:read_consents",
        write=None,
        columns=("subject_key", "purpose", "state", "since", "decided_at"),
        labels=labels_of(Objection),
        words={"subject_table": titled, "purpose": titled_purpose},
        caption="{purpose} – {subject_key}",
    ),
    Resource(
        name="restrictions",
        service=RestrictedPeople,
        form=HoldWords,
        read="rgpd:read",
        write=None,
        columns=("subject_key", "subject_table", "placed_at", "reason"),
        labels=labels_of(Restriction),
        words={"subject_table": titled},
        caption="{subject_table} – {subject_key}",
    ),
    Resource(
        name="legal_holds",
        service=LegalHolds,
        form=HoldWords,
        read="rgpd:read",
        write=None,
        columns=("subject_key", "subject_table", "placed_at", "reason"),
        labels=labels_of(Hold),
        words={"subject_table": titled},
        caption="{subject_table} – {subject_key}",
    ),
)
