"""From the wish to the reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.ops import Tasks

from .events import Wanted

if TYPE_CHECKING:
    from dihya_hookspecs.acts import Act
    from dihya_hookspecs.events import Event
    from dihya_hookspecs.ops import Steps

LONGEST = 1440


def ask(subject: str, minutes: int) -> None:
    """Ask to be reminded. Raises Invalid for more than a day, and for no time at all."""
    if not 1 <= minutes <= LONGEST:
        raise Invalid(f"remind in 1 to {LONGEST} minutes, not {minutes}")
    current().publish(Wanted(subject, minutes))


def wanted(act: Act, event: Event, key: str) -> None:
    """Queue the reminder; the same event queues it once, however often it comes."""
    at = event.at + timedelta(minutes=event.data.minutes)
    get(Tasks).enqueue("nudge.remind", {"subject": event.data.subject}, key=key, at=at)


def remind(steps: Steps, payload: Mapping[str, Any]) -> str:
    """Return what there is to be reminded of; whoever shows results of tasks shows it."""
    return f"remember {payload['subject']}"
