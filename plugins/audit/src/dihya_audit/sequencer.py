"""The one writer of the log: takes committed events out of the outbox, gives them their place, and signs the result.

Everything that one batch changes is one transaction of its own, and no act's: entries, nodes, checkpoint and the removal
from the outbox happen together or not at all, so that a process may die between any two statements.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from dihya_hookspecs import DihyaError
from dihya_hookspecs.audit import Anchor
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text, update

from .envelope import unseal
from .merkle import Growing, leaf_hash, subtrees
from .models import LogEntry, Node, Outbox, SignedCheckpoint
from .note import Checkpoint, Signer

log = logging.getLogger("dihya.audit")

entries, nodes = cast(Table, LogEntry.__table__), cast(Table, Node.__table__)
outbox, checkpoints = cast(Table, Outbox.__table__), cast(Table, SignedCheckpoint.__table__)
_LOCK = 0x44494859  # "DIHY", the first half of PostgreSQL's advisory lock; the second is the schema


class Sequencer:
    """Sequences the outbox of one database.

    Args:
        signer: gives the key; called when something is to be signed.
        folder: holds the lock of the one leader where the database has none (SQLite).
        send: sends a note to one anchor.
    """

    def __init__(
        self,
        engine: Engine,
        signer: Callable[[], Signer],
        folder: Path,
        *,
        anchors: Sequence[Anchor] = (),
        send: Callable[[Anchor, str], None] = lambda anchor, note: anchor.send(note),
        batch: int = 500,
    ) -> None:
        self.engine = engine
        self.anchors = anchors
        self._signer = signer
        self._folder = folder
        self._send = send
        self._batch_size = batch

    def drain(self, timeout: float = 10.0) -> int:
        """Give every waiting event its place; return how many there were.

        Raises:
            DihyaError: another process has been leading for *timeout* seconds.
        """
        with self._leadership(timeout):
            total = 0
            while taken := self._batch(timeout):
                total += taken
            self._anchor()
        return total

    def waiting(self) -> int:
        """Return how many committed events have no place yet."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(outbox)) or 0

    def idle(self) -> bool:
        """Tell whether there is nothing to do."""
        with self.engine.connect() as connection:
            if connection.execute(select(outbox.c.id).limit(1)).first():
                return False
            return not self.anchors or _unanchored(connection) is None

    @contextmanager
    def _leadership(self, timeout: float) -> Iterator[None]:
        if self.engine.dialect.name == "postgresql":  # There, each batch takes an advisory lock in its transaction.
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / "audit.lock", timeout=timeout)
        try:
            with lock:
                yield
        except Timeout:
            raise DihyaError(
                f"another process has held the lead of the audit log for {timeout:g} s; look for one that hangs",
                code="audit-lead", status=503,
            ) from None  # fmt: skip

    def _batch(self, timeout: float) -> int:
        with self.engine.connect() as connection, _patience(connection, timeout), connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = {int(timeout * 1000)}"))
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(func.current_schema()))))
            rows = connection.execute(
                select(outbox.c.id, outbox.c.envelope).order_by(outbox.c.id).limit(self._batch_size)
            ).all()
            if not rows:
                return 0
            tree = _edge(connection)
            first = tree.size
            leaves = [leaf_hash(row.envelope.encode()) for row in rows]
            made = [node for leaf in leaves for node in tree.add(leaf)]
            connection.execute(
                insert(entries),
                [_entry(first + i, leaf, row.envelope) for i, (row, leaf) in enumerate(zip(rows, leaves, strict=True))],
            )
            if made:
                connection.execute(insert(nodes), [{"level": level, "position": i, "hash": h} for level, i, h in made])
            connection.execute(delete(outbox).where(outbox.c.id.in_([row.id for row in rows])))
            signer = self._signer()
            note = signer.sign(str(Checkpoint(signer.name, tree.size, tree.root())))
            connection.execute(insert(checkpoints).values(size=tree.size, note=note, made_at=datetime.now(UTC)))
        return len(rows)

    def _anchor(self) -> None:
        if not self.anchors:
            return
        with self.engine.connect() as connection:
            newest = _unanchored(connection)
        if newest is None:
            return
        reached = [self._reach(anchor, newest.note) for anchor in self.anchors]
        if all(reached):
            with self.engine.begin() as connection:
                now = datetime.now(UTC)
                connection.execute(update(checkpoints).where(checkpoints.c.size == newest.size).values(anchored_at=now))

    def _reach(self, anchor: Anchor, note: str) -> bool:
        try:
            self._send(anchor, note)
        except Exception:
            # The log must go on while an anchor is away; the checkpoint stays marked and is sent again.
            log.exception("anchor %r did not take the checkpoint; it will be sent again", anchor.name)
            return False
        return True


class Background:
    """Drains the outbox in a thread of its own until it is stopped."""

    def __init__(self, sequencer: Sequencer, interval: float) -> None:
        self._sequencer = sequencer
        self._interval = interval
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dihya-audit-sequencer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the running batch and end."""
        self._end.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        pause = self._interval
        while not self._end.wait(pause):
            try:
                if not self._sequencer.idle():
                    self._sequencer.drain()
                pause = self._interval
            except Exception:
                pause = min(pause * 2, 30.0)
                log.exception("the audit outbox could not be drained; trying again in %.1f s", pause)


@contextmanager
def _patience(connection: Connection, seconds: float) -> Iterator[None]:
    """Wait at most *seconds* for a lock in the transaction that follows: the act that asks may hold it itself."""
    if connection.dialect.name == "postgresql":
        yield  # There, the transaction says it itself.
        return
    driver: Any = connection.connection.dbapi_connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").close()
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(usual)}").close()


def node_reader(connection: Connection) -> Callable[[int, int], bytes]:
    """Return a function that reads stored nodes; each is read once."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, position: int) -> bytes:
        if (level, position) not in known:
            query = select(entries.c.leaf).where(entries.c.position == position)
            if level:
                query = select(nodes.c.hash).where(nodes.c.level == level, nodes.c.position == position)
            found = connection.scalar(query)
            if found is None:
                raise DihyaError(f"the audit log lacks node {position} of level {level}; run 'dihya audit verify'")
            known[level, position] = bytes(found)
        return known[level, position]

    return node


def size_of(connection: Connection) -> int:
    """Return the number of entries that have a place."""
    last = connection.scalar(select(func.max(entries.c.position)))
    return 0 if last is None else last + 1


def _edge(connection: Connection) -> Growing:
    size, node = size_of(connection), node_reader(connection)
    return Growing(size, [node(level, position) for level, position in subtrees(0, size)])


def columns_of(envelope: str) -> dict[str, str | None]:
    """Return the search columns of an entry."""
    event = unseal(envelope)
    names = ("at", "act", "actor", "action", "object", "outcome", "plugin")
    values = {name: getattr(event, name) for name in names}
    return {name: value and storable(value) for name, value in values.items()}


def storable(text: str) -> str:
    """Return *text* as it stands in a search column: PostgreSQL stores no NUL; the envelope has it escaped."""
    return text.replace("\0", "\ufffd")


def _entry(position: int, leaf: bytes, envelope: str) -> dict[str, object]:
    return {"position": position, "leaf": leaf, "envelope": envelope, **columns_of(envelope)}


def _unanchored(connection: Connection):
    newest = connection.execute(
        select(checkpoints.c.size, checkpoints.c.note, checkpoints.c.anchored_at)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).first()
    return newest if newest is not None and newest.anchored_at is None else None
