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
from .keys import sealing
from .merkle import leaf_hash
from .note import Signer
from .tables import columns_of, entries, outbox

TOGETHER = 500
"""So many events of one act are stored at once, at most."""
_HELD = "audit_held"


def store(event: AuditEvent, session: Session, signer: Signer) -> None:
    """Put *event* into the outbox, sealed, in the caller's transaction."""
    hold(event, session)
    store_held(session, signer)


def hold(event: AuditEvent, session: Session) -> int:
    """Keep *event* for ``store_held`` in the same transaction; return how many are kept. Raises Invalid for what is none."""
    if event.action == ACTION:
        raise Invalid(f"no act records {ACTION!r}; 'dihya audit accept' does")
    envelope = envelopes.seal(event)
    if session.get_transaction() is None:
        session.connection()
    transaction, held = session.info.get(_HELD, (None, []))
    if transaction is not session.get_transaction():  # it was undone, and they with it
        held = []
        session.info[_HELD] = session.get_transaction(), held
    held.append((event.actor, envelope))
    return len(held)


def store_held(session: Session, signer: Signer) -> None:
    """Put what is kept into the outbox, sealed, in the transaction in which it came."""
    _, held = session.info.pop(_HELD)
    sealed = sealing(signer)
    # Through the connection: the event may come in the middle of the session's own flush.
    connection = session.connection()
    statement, names = _insert(connection)
    rows = [{"actor": actor, "envelope": envelope, "seal": sealed(envelope)} for actor, envelope in held]
    given: Any = [tuple(row[name] for name in names) for row in rows] if names else rows
    connection.exec_driver_sql(statement, given)


_INSERTS: dict[str, tuple[str, tuple[str, ...]]] = {}


def _insert(connection: Connection) -> tuple[str, tuple[str, ...]]:
    """Return the statement as the driver takes it, and the order of its values where that counts.

    Compiled once: each act says what it does at least once.
    """
    found = _INSERTS.get(connection.dialect.name)
    if found is None:
        compiled: Any = insert(outbox).inline().compile(
            dialect=connection.dialect, column_keys=["actor", "envelope", "seal"]
        )  # fmt: skip
        found = _INSERTS[connection.dialect.name] = str(compiled), tuple(compiled.positiontup or ())
    return found


def flaw_of(row: Any, signer: Signer) -> str:
    """Return why an outbox row is no event of this application; empty when it is one."""
    if not isinstance(row.envelope, str) or not isinstance(row.seal, str):
        return "it is not text"
    if not hmac.compare_digest(sealing(signer)(row.envelope).encode(), row.seal.encode("utf-8", "replace")):
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
