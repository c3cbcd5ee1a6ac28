"""What stands on pages of others: the way to a first idea, what is being built, and the way to the next version."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.generation import Templates
from dihya_hookspecs.slots import Fragment, Slot, SlotContext

SHOWN = 3


def idea(about: SlotContext) -> Fragment | None:
    """Where somebody describes what they need; nothing where no template could become a plugin."""
    return Fragment("services/slots/idea.html") if get(Plugins).provides(Templates) else None


def running(about: SlotContext) -> Fragment | None:
    """What is being built for the reader at the moment."""
    from .service import Generations

    found = get(Generations).running(SHOWN)
    return Fragment("services/slots/running.html", {"running": found}) if found else None


def change(about: SlotContext) -> Fragment | None:
    """The way from a list to the next version of its application, where that was generated."""
    from .applications import Applications

    return (
        Fragment("services/slots/change.html", {"name": about.plugin}) if get(Applications).has(about.plugin) else None
    )


SLOTS = (
    Slot("dashboard", "idea", idea, "services:generate", 10),
    Slot("menu", "running", running, "services:generate", 10),
    Slot("list.actions", "change", change, "services:generate", 90),
)
