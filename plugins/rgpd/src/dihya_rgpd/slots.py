"""What stands on pages of others: demands that wait, and the way from a person's record to everything about them."""

from __future__ import annotations

from datetime import timedelta

from dihya_hookspecs.acts import get
from dihya_hookspecs.rgpd import Subject
from dihya_hookspecs.slots import Fragment, Slot, SlotContext

from .consents import opened
from .counting import due, pending, undecided, untold
from .models import Request, now

WEEK = 7
"""Days before its last day from which a request stands on the dashboard."""


def demands(about: SlotContext) -> Fragment | None:
    """How many demands wait; nothing while none does."""
    count = pending()
    return Fragment("rgpd/slots/demands.html", {"count": count}) if count else None


def requests(about: SlotContext) -> Fragment | None:
    """The requests of people that must be answered within a week, and those that are late; nothing while there is none."""
    today = now().date()
    late, soon = due(today - timedelta(days=1)), due(today + timedelta(days=WEEK))
    return Fragment("rgpd/slots/requests.html", {"late": late, "soon": soon - late}) if soon else None


def breaches(about: SlotContext) -> Fragment | None:
    """The breaches about whose report nobody has decided, and those of which people must be told; nothing while there is none."""
    waiting, moment, to_tell = undecided(), now(), untold()
    late = sum(one < moment for one in waiting)
    first = next((one for one in waiting if one >= moment), None)
    values = {"late": late, "soon": len(waiting) - late, "first": first, "untold": to_tell}
    return Fragment("rgpd/slots/breaches.html", values) if waiting or to_tell else None


def report(about: SlotContext) -> Fragment | None:
    """A button, on the record of a breach, that leads to the draft of its report."""
    if about.record.__tablename__ != "rgpd_breaches":
        return None
    return Fragment("rgpd/slots/report.html", {"breach": about.record.id})


def person(about: SlotContext) -> Fragment | None:
    """A button, on the record of a person or on a request, that leads to where data about them lies."""
    from .service import DataSubjects

    table = about.record.__tablename__
    if table == Request.__tablename__:
        # Whoever asks is known by more than the request; the page says whether the right holds.
        said = {"identifier": about.record.email or about.record.who, "asks": about.record.asks}
        return Fragment("rgpd/slots/person.html", said)
    if table not in {one.name for one in get(DataSubjects).annotations.people()}:
        return None
    return Fragment("rgpd/slots/person.html", {"identifier": f"{table}:{about.record.id}", "asks": ""})


def own(about: SlotContext) -> Fragment | None:
    """The way to one's own data, and how many of one's requests wait; nothing for who has no account here."""
    from .desk import opened
    from .own import OwnData

    if about.actor is None or about.actor.kind != "person":
        return None
    return Fragment("rgpd/slots/own.html", {"waiting": OwnData(opened()).waiting()})


def consents(about: SlotContext) -> Fragment | None:
    """What the person of a record consents to; nothing where no purpose needs it."""
    subject = Subject(about.record.__tablename__, str(about.record.id), about.plugin)
    lines = opened().lines([subject])
    own = [line for line in lines if line.fact or line.purpose.startswith(f"{about.plugin}.")]
    if not own or person(about) is None:
        return None
    return Fragment("rgpd/slots/consents.html", {"lines": own, "subject": f"{subject.table}:{subject.key}"})


def objection(about: SlotContext) -> Fragment | None:
    """From a request that objects to something to the person, with the purpose chosen already."""
    record = about.record
    if about.plugin != "rgpd" or getattr(record, "asks", "") != "objection":
        return None
    return Fragment("rgpd/slots/objection.html", {"record": record})


def note(about: SlotContext) -> Fragment | None:
    """The way to note a consent, above the list of them."""
    listed = about.plugin == "rgpd" and about.resource is not None and about.resource.name == "consents"
    return Fragment("rgpd/slots/note.html") if listed else None


SLOTS = (
    Slot("account", "own", own, "rgpd:own", 30),
    Slot("dashboard", "demands", demands, "rgpd:read", 20),
    Slot("dashboard", "requests", requests, "rgpd:read_requests", 19),
    Slot("dashboard", "breaches", breaches, "rgpd:read_breaches", 18),
    Slot("record.actions", "report", report, "rgpd:read_breaches", 10),
    Slot("record.actions", "person", person, "rgpd:read", 90),
    Slot("record.actions", "objection", objection, "rgpd:write_consents", 20),
    Slot("record.aside", "consents", consents, "rgpd:read_consents", 60),
    Slot("list.actions", "note", note, "rgpd:write_consents", 20),
)
