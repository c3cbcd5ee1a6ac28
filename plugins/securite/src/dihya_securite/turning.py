"""Replaces the key of the tokens in time: on one machine, for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.keys import Keys

from .settings import Settings

TOKENS = "securite.tokens"


def turn() -> str:
    """Replace the key now, and return the id of the new one; the old one verifies until what it signed is over."""
    return get(Keys).rotate(TOKENS, keep=timedelta(days=get(Settings).refresh_days)).id


def in_time(acts: Acts) -> None:
    """Replace the key when it has become too old; the recurring work of this plugin."""
    with acts.open("securite.turn_key", actor=SYSTEM) as act:
        if overdue(act.get(Keys), act.get(Settings)) > timedelta():
            act.record("securite.key_turned", id=turn())


def overdue(keys: Keys, settings: Settings) -> timedelta:
    """Return for how long the key should have been replaced; negative while it is young enough."""
    made = keys.create(TOKENS).made_at
    return datetime.now(UTC) - made - timedelta(days=settings.signing_key_days)
