"""What others hear of this plugin."""

from __future__ import annotations

from dataclasses import dataclass

from dihya_hookspecs.events import event


@event("rgpd.erased", permission="rgpd:read")
@dataclass(frozen=True, slots=True)
class Erased:
    """Data of a person was erased; ``complete`` is False where a part is still missing."""

    demand: str
    complete: bool


EVENTS = (Erased,)
