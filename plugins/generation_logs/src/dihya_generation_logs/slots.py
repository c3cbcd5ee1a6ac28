"""What stands above the list: the signed export of all records."""

from __future__ import annotations

from dihya_hookspecs.slots import Fragment, Slot, SlotContext


def export(about: SlotContext) -> Fragment | None:
    """The way to the files, above the list of this plugin and no other."""
    return Fragment("generation_logs/slots/export.html") if about.plugin == "generation_logs" else None


SLOTS = (Slot("list.actions", "export", export, "generation_logs:read", 10),)
