"""What happens here."""

from dataclasses import dataclass

from dihya_hookspecs.events import event


@event("nudge.wanted", permission="nudge:see")
@dataclass(frozen=True)
class Wanted:
    """Somebody wants to be reminded of something, in so many minutes."""

    subject: str
    minutes: int


EVENTS = (Wanted,)
