"""The one writer of the log: takes committed events out of the outbox, gives them their place, and signs the result.

Everything that one batch changes is one transaction of its own, and no act's: entries, nodes, checkpoint and the removal
from the outbox happen together or not at all, so that a process may die between any two statements. It continues only
what was signed last; when the log in the database is another, it signs nothing, and the events wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.audit import Anchor
from filelock import Timeout
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from .anchoring import anchor, anchored, unanchored
from .anchors import TAIL, AnchorFile
from .comparing import continues
from .evidence import Evidence, Head
from .growing import append, edge, writing
from .keys import WrongKey
from .live import LiveLog
from .memory import Memory, Signed, place
from .merkle import Growing
from .note import BadNote, Checkpoint, Signer, Verifier, signed_by
from .outbox import copies_in, flaw_of
from .report import Report
from .tables import checkpoints, outbox

log = logging.getLogger("dihya.audit")

# So many of the newest entries are looked at again before each signature.
RECENT = 256


class Stopped(DihyaError):
    """The log does not continue what was signed; nothing is signed until a person has recorded why."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}; nothing is signed until somebody says why: 'dihya audit verify' shows more, "
            "'dihya audit accept --reason …' records it",
            code="audit-stopped", status=503,
        )  # fmt: skip
        self.reason = reason


class Sequencer:
    """Sequences the outbox of one database.

    Args:
        signer: gives the key; called when something is to be signed or checked.
        data: the data folder; ``audit`` in it holds the lock and what was signed last.
        file: the anchor file, as far as it is evidence.
        send: sends a note to one anchor.
    """

    def __init__(
        self,
        engine: Engine,
        signer: Callable[[], Signer],
        data: Path,
        *,
        file: AnchorFile | None = None,
        anchors: Sequence[Anchor] = (),
        send: Callable[[Anchor, str], None] = lambda anchor, note: anchor.send(note),
        batch: int = 500,
    ) -> None:
        self.engine = engine
        self.anchors = anchors
        self.memory = Memory(data)
        self.place = place(data)
        self.file = file
        self.signer = signer
        self._send = send
        self._batch_size = batch

    @property
    def alone(self) -> bool:
        """True when no other data folder can write to this database."""
        return self.engine.dialect.name == "sqlite"

    def drain(self, timeout: float = 10.0) -> int:
        """Give every waiting event its place; return how many there were.

        Raises:
            DihyaError: another process has been leading for *timeout* seconds.
            Stopped: the log does not continue what was signed.
        """
        if self.idle():
            return 0
        with self.leadership(timeout):
            self._guard()
            total = 0
            while taken := self._batch(timeout):
                total += taken
            self.anchor()
        return total

    def waiting(self) -> int:
        """Return how many committed events have no place yet."""
        with self.engine.connect() as connection:
            query = select(func.count()).select_from(outbox).where(outbox.c.flaw.is_(None))
            return connection.scalar(query) or 0

    def idle(self) -> bool:
        """Tell whether there is nothing to do."""
        with self.engine.connect() as connection:
            if connection.execute(select(outbox.c.id).where(outbox.c.flaw.is_(None)).limit(1)).first():
                return False
            return not self.anchors or unanchored(connection) is None

    def examine(self, *, full: bool = False, verifier: Verifier | None = None) -> Report:
        """Check the log against itself and what was signed; the newest entries only, or all.

        Raises:
            NoKey: the key here is not the one that signs this log.
        """
        for _ in range(5):
            report = self._examine(full, verifier)
            if report is not None:
                return report
        with self.leadership(10.0):  # Somebody signs faster than we look.
            report = self._examine(full, verifier)
        if report is None:
            raise DihyaError("audit.signed changes while its lock is held; does something else write it?")
        return report

    def _examine(self, full: bool, verifier: Verifier | None) -> Report | None:
        """Check once; None when something was signed between reading the evidence and reading where the log ends."""
        kept = self.memory.read()
        anchored = self.file.read(0 if full else TAIL) if self.file else None
        evidence = Evidence(kept, anchored, self.place, self.alone)
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            head = Head.of(connection)
            if self.memory.read() != kept:
                return None
            found = verifier or self._fitting(head).verifier
            return LiveLog(connection, found, evidence, head, since=0 if full else max(0, head.size - RECENT)).check()

    def _fitting(self, head: Head) -> Signer:
        """Return the key, unless neither the newest checkpoint nor the last one signed here names it."""
        signer, kept = self.signer(), self.memory.read().signed
        here, by = signer.verifier.name_and_hash, signed_by(head.note)
        if by and here not in [*by, *(signed_by(kept.note) if kept else ())]:
            raise WrongKey(by[0], here)
        return signer

    def stop_for(self, report: Report) -> None:
        """Stop signing when *report* says that the log is not what was signed. Raises Stopped."""
        found = [finding for finding in report.findings if finding.kind != "waiting"]
        if found:
            more = f" (and {len(found) - 1 + report.more} findings more)" if found[1:] else ""
            reason = f"the audit log is not what was signed: {found[0].detail}{more}"
            self.memory.stop(reason)
            raise Stopped(reason)

    def _guard(self) -> None:
        """Look before signing. Raises Stopped when the log does not continue what was signed last."""
        kept = self.memory.read()
        if kept.stop:
            raise Stopped(kept.stop)
        if kept.signing:
            self._settle()
        self.stop_for(self.examine())
        if lost := self._lost():
            raise self._stopped(f"{lost} of the events that waited in audit_outbox were removed")

    def _lost(self) -> int:
        """Return how many events were removed before they had their place; PostgreSQL's numbers have gaps anyway."""
        kept = self.memory.read().signed
        if not self.alone or kept is None or kept.through < 0:
            return 0
        query = select(func.count(), func.max(outbox.c.id)).where(outbox.c.id > kept.through)
        with self.engine.connect() as connection:
            number, last = connection.execute(query).one()
        return last - kept.through - number if number else 0

    def _settle(self) -> None:
        """Find out whether the batch was committed in which a process has died."""
        kept = self.memory.read()
        with self.engine.connect() as connection:
            head = Head.of(connection)
            if kept.signing and head.note != kept.signing.note and not self._holds(connection, head, kept.signing.note):
                if head.note == (kept.signed.note if kept.signed else ""):
                    self.memory.forget()
                return
        self.memory.settle()

    def _holds(self, connection: Connection, head: Head, note: str) -> bool:
        """Tell whether another machine has gone on from *note* already."""
        if self.alone or not head.note:
            return False
        return continues(connection, self.signer().verifier, note, head.note)

    @contextmanager
    def leadership(self, timeout: float) -> Iterator[None]:
        """Be the one process of this data folder that sequences."""
        try:
            with self.memory.lock(timeout):
                yield
        except Timeout:
            raise DihyaError(
                f"another process has held the lead of the audit log for {timeout:g} s; look for one that hangs",
                code="audit-lead", status=503,
            ) from None  # fmt: skip

    def _batch(self, timeout: float) -> int:
        with writing(self.engine, timeout) as connection:
            query = select(outbox.c.id, outbox.c.actor, outbox.c.envelope, outbox.c.seal).where(outbox.c.flaw.is_(None))
            rows = connection.execute(query.order_by(outbox.c.id).limit(self._batch_size)).all()
            if not rows:
                return 0
            head = Head.of(connection)
            signer = self._fitting(head)
            tree = self._tree(connection, head, signer.verifier)
            good = self._set_aside(connection, rows, signer)
            if good:
                append(connection, tree, [row.envelope for row in good])
                connection.execute(delete(outbox).where(outbox.c.id.in_([row.id for row in good])))
                self.sign(connection, signer, tree, head.size, through=rows[-1].id)
        if good:
            self.memory.settle()
        return len(rows)

    def _tree(self, connection: Connection, head: Head, verifier: Verifier) -> Growing:
        """Return the tree of the log, which is what was signed last. Raises Stopped."""
        kept = self.memory.read().signed
        try:
            tree = edge(connection)
            signed = (
                Checkpoint.read(verifier.open(head.note)) if head.note else Checkpoint(verifier.name, 0, tree.root())
            )
        except (BadNote, DihyaError) as error:
            raise self._stopped(f"the newest checkpoint or its tree: {error}") from error
        if (tree.size, tree.root()) != (signed.size, signed.root):
            raise self._stopped("the log does not give the root that was signed")
        known = head.note == (kept.note if kept else "")
        if not known and (kept is None or self.alone or not self._holds(connection, head, kept.note)):
            raise self._stopped("the log does not end where it was signed last")
        return tree

    def _stopped(self, reason: str) -> Stopped:
        reason = f"the audit log is not what was signed: {reason}"
        self.memory.stop(reason)
        return Stopped(reason)

    def _set_aside(self, connection: Connection, rows: Sequence[Any], signer: Signer) -> list[Any]:
        """Mark rows that this application did not write, and return the others."""
        flaws = {row.id: flaw for row in rows if (flaw := flaw_of(row, signer))}
        good = [row for row in rows if row.id not in flaws]
        copies = copies_in(connection, good)
        flaws |= {row.id: "it is a copy of an event that is logged already" for row in good if row.id in copies}
        for number, flaw in flaws.items():
            log.error("row %d of audit_outbox was set aside: %s", number, flaw)
            connection.execute(update(outbox).where(outbox.c.id == number).values(flaw=flaw))
        return [row for row in good if row.id not in copies]

    def sign(self, connection: Connection, signer: Signer, tree: Growing, previous: int, through: int = -1) -> None:
        """Sign the tree as the last statement of a transaction; ``memory.settle`` follows its commit.

        Args:
            through: the last outbox row that has its place now. A continuation has none: it forgets that, and which
                checkpoints the anchors had.
        """
        note = signer.sign(str(Checkpoint(signer.name, tree.size, tree.root())))
        connection.execute(
            insert(checkpoints).values(
                size=tree.size, note=note, made_at=datetime.now(UTC), previous=previous, signed_in=self.place
            )
        )
        kept = self.memory.read().signed
        reached = max(anchored(connection, self.place, self.alone), kept.anchored if kept else 0)
        self.memory.begin(Signed(note, 0 if through < 0 else reached, through))

    def anchor(self) -> None:
        """Send the newest checkpoint to every anchor that does not have it."""
        anchor(self.engine, self.anchors, self._send, self.place)
