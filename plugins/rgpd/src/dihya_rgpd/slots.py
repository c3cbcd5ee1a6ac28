"""What stands on pages of others: demands that wait, and the way from a person's record to everything about them."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.slots import Fragment, Slot, SlotContext

from .counting import pending


def demands(about: SlotContext) -> Fragment | None:
    """How many demands wait; nothing while none does."""
    count = pending()
    return Fragment("rgpd/slots/demands.html", {"count": count}) if count else None


def person(about: SlotContext) -> Fragment | None:
    """A button, on the record of a person, that leads to where data about them lies."""
    from .service import DataSubjects

    table = about.record.__tablename__
    if table not in {one.name for one in get(DataSubjects).annotations.people()}:
        return None
    return Fragment("rgpd/slots/person.html", {"identifier": f"{table}:{about.record.id}"})


SLOTS = (
    Slot("dashboard", "demands", demands, "rgpd:read", 20),
    Slot("record.actions", "person", person, "rgpd:read", 90),
)
