"""What others hear of this plugin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from dihya_hookspecs.events import event


@event("services.generated", permission="services:oversee")
@dataclass(frozen=True, slots=True)
class Generated:
    """A generation ended, well or badly; ``template`` is None where a document was built that came from none."""

    id: UUID
    status: Literal["ready", "failed"]
    template: str | None
    files: int


EVENTS = (Generated,)
