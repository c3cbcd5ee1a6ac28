"""Sends the newest checkpoint to the anchors, and remembers which of them have it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs.audit import Anchor
from sqlalchemy import Connection, Engine, select, update

from .tables import checkpoints

log = logging.getLogger("dihya.audit")


def anchor(engine: Engine, anchors: Sequence[Anchor], send: Callable[[Anchor, str], None], here: str) -> None:
    """Send the newest checkpoint to every anchor that does not have it.

    Args:
        here: identifies the data folder from which it is sent.
    """
    if not anchors:
        return
    with engine.connect() as connection:
        newest = unanchored(connection)
    if newest is None:
        return
    reached = [_reach(each, newest.note, send) for each in anchors]
    if all(reached):
        with engine.begin() as connection:
            values = {"anchored_at": datetime.now(UTC), "anchored_in": here}
            connection.execute(update(checkpoints).where(checkpoints.c.size == newest.size).values(values))


def _reach(anchor: Anchor, note: str, send: Callable[[Anchor, str], None]) -> bool:
    try:
        send(anchor, note)
    except Exception:
        # The log must go on while an anchor is away; the checkpoint stays marked and is sent again.
        log.exception("anchor %r did not take the checkpoint; it will be sent again", anchor.name)
        return False
    return True


def unanchored(connection: Connection) -> Any:
    """Return the newest checkpoint, unless every anchor has it."""
    newest = connection.execute(
        select(checkpoints.c.size, checkpoints.c.note, checkpoints.c.anchored_at)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).first()
    return newest if newest is not None and newest.anchored_at is None else None


def anchored(connection: Connection, here: str, alone: bool) -> int:
    """Return the size of the largest checkpoint that this data folder has sent to its anchors."""
    query = select(checkpoints.c.size).where(checkpoints.c.anchored_at.is_not(None))
    query = query if alone else query.where(checkpoints.c.anchored_in == here)
    return connection.scalar(query.order_by(checkpoints.c.size.desc()).limit(1)) or 0
