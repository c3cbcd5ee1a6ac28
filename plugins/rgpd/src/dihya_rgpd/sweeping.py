"""The retention at work: once a day, what has been kept for as long as its column says goes."""

from __future__ import annotations

from datetime import UTC, datetime

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.rgpd import People

from .settings import Settings
from .settling import background


def sweep(acts: Acts) -> bool:
    """Remove or empty what is over, a part of it in one act; tell whether there may be more."""
    with acts.open("rgpd.expire", actor=SYSTEM):
        if not get(Settings).retention:
            return False
        _, more = get(People).expire(datetime.now(UTC).date())  # type: ignore[attr-defined]
    background(acts)
    return more
