"""The rows that wait for their place: sealed when they are written, so that nobody else's are taken for events."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.audit import AuditEvent
from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from . import envelope as envelopes
from .continuation import ACTION
from .keys import seal
from .merkle import leaf_hash
from .note import Signer
from .tables import columns_of, entries, outbox

_STORE = insert(outbox)  # made once: each act says what it does at least once


def store(event: AuditEvent, session: Session, signer: Signer) -> None:
    """Put *event* into the outbox, sealed, in the caller's transaction."""
    if event.action == ACTION:
        raise Invalid(f"no act records {ACTION!r}; 'dihya audit accept' does")
    # Through the connection: the event may come in the middle of the session's own flush.
    envelope = envelopes.seal(event)
    values = {"actor": event.actor, "envelope": envelope, "seal": seal(signer, envelope)}
    session.connection().execute(_STORE, values)


def flaw_of(row: Any, signer: Signer) -> str:
    """Return why an outbox row is no event of this application; empty when it is one."""
    if not isinstance(row.envelope, str) or not isinstance(row.seal, str):
        return "it is not text"
    if not hmac.compare_digest(seal(signer, row.envelope).encode(), row.seal.encode("utf-8", "replace")):
        return "it does not bear the seal of this application"
    try:
        actor = columns_of(row.envelope)["actor"]
    except (ValueError, TypeError):
        return "it is not an event"
    return "" if actor == row.actor else "its actor is not the one in its envelope"


def copies_in(connection: Connection, rows: Sequence[Any]) -> set[int]:
    """Return which rows hold an envelope that is logged already, or comes twice; each has a random number in it."""
    leaves = {row.id: leaf_hash(row.envelope.encode()) for row in rows}
    acts = {columns_of(row.envelope)["act"] for row in rows}
    query = select(entries.c.leaf).where(entries.c.act.in_(acts), entries.c.leaf.in_(leaves.values()))
    seen = {bytes(leaf) for leaf in connection.scalars(query)} if rows else set()
    copies = set()
    for number, leaf in leaves.items():
        if leaf in seen:
            copies.add(number)
        seen.add(leaf)
    return copies
