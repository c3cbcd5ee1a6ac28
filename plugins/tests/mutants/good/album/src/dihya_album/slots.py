"""What stands on pages of others."""

from dihya_hookspecs.slots import Fragment, Slot, SlotContext


def of_the_person(about: SlotContext) -> Fragment | None:
    """Whether there is a picture of the person of the page, and the way to it."""
    if about.plugin != "album" or about.record is None:
        return None
    return Fragment("album/slots/picture.html", {"person": about.record})


SLOTS = (Slot("record.aside", "picture", of_the_person, "album:pictures"),)
