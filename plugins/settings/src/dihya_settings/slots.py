"""What stands on one's own account: the way to one's own settings."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.settings import SettingLayers
from dihya_hookspecs.slots import Fragment, Slot, SlotContext


def own(about: SlotContext) -> Fragment | None:
    """The names of what the reader may choose, and the way there; nothing where no plugin leaves a choice."""
    sections = get(SettingLayers).sections().values()
    labels = [str(mark.label) for one in sections for mark in one.fields.values() if mark.personal]
    return Fragment("settings/slots/own.html", {"labels": labels}) if labels else None


SLOTS = (Slot("account", "own", own, "settings:own", 20),)
