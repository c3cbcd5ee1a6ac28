"""What stands on pages of others: work that failed for good and waits for somebody."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.slots import Fragment, Slot, SlotContext

from .counting import dead


def failed(about: SlotContext) -> Fragment:
    """How many dead letters wait, and the newest of them."""
    from dihya_hookspecs.ops import Tasks

    return Fragment("tasks/slots/dead.html", {"count": dead(), "newest": get(Tasks).dead(3)})


SLOTS = (Slot("admin", "dead", failed, "tasks:read", 30),)
