"""Carries the log on after a break: mends what can be mended, and records why, from what, and who said so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.audit import AuditEvent
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import Connection, delete, func, insert, select, text, update

from .continuation import ACTION, LONGEST_REASON, Continuation, flaw
from .envelope import seal
from .evidence import Evidence
from .growing import append, edge, writing
from .live import LiveLog
from .memory import Kept
from .merkle import Growing, leaf_hash
from .models import GUARDED, guards
from .note import BadNote, Checkpoint, Signer
from .report import SHOWN
from .sequencer import Sequencer
from .tables import checkpoints, entries, entry, nodes, outbox, size_of

MOST_LOST = 1000
_CHUNK = 5000


class Acceptance:
    """One continuation in the making.

    Args:
        reason: what the log shows for ever; it names no person.
        actor: the id of who says so.
        act: the id of the act in which they do.
    """

    def __init__(self, sequencer: Sequencer, reason: str, actor: str | None, act: str) -> None:
        reason = " ".join(reason.split())
        if not reason or len(reason) > LONGEST_REASON:
            raise Invalid(f"a reason has 1 to {LONGEST_REASON} characters, got {len(reason)}; say why the log goes on")
        self._sequencer = sequencer
        self._reason, self._actor, self._act = reason, actor, act

    def record(self, timeout: float = 10.0) -> Continuation:
        """Write, sign and anchor the continuation.

        Raises:
            Invalid: the log continues what was signed, or it is too damaged to go on from.
        """
        sequencer = self._sequencer
        with sequencer.leadership(timeout):
            if not sequencer.memory.read().stop and sequencer.examine(full=True).ok:
                raise Invalid("the audit log continues what was signed last; there is nothing to accept", status=409)
            return self._carry_on(timeout, lambda found: True)

    def record_older(self, timeout: float = 10.0) -> Continuation | None:
        """Write it only if the log is the beginning of what was signed, with nothing to say against it; else return None."""
        with self._sequencer.leadership(timeout):
            return self._carry_on(timeout, lambda found: not found.flaws and found.kept == found.index) or None

    def _carry_on(self, timeout: float, wanted: Callable[[Continuation], bool]) -> Any:
        sequencer = self._sequencer
        with writing(sequencer.engine, timeout) as connection:
            found = self._draft(connection, sequencer.signer())
            if not wanted(found):
                connection.rollback()
                return None
            self._write(connection, sequencer.signer(), found)
        sequencer.memory.settle()
        sequencer.anchor()
        return found

    def _draft(self, connection: Connection, signer: Signer) -> Continuation:
        with _unguarded(connection):
            self._fill(connection)
            tree = _rebuild(connection)
        connection.execute(delete(checkpoints).where(checkpoints.c.size > tree.size))
        return self._judge(connection, signer, tree, self._sequencer.memory.read())

    def _write(self, connection: Connection, signer: Signer, found: Continuation) -> None:
        connection.execute(update(outbox).where(outbox.c.flaw.is_not(None)).values(seen_at=datetime.now(UTC)))
        previous = connection.scalar(select(func.max(checkpoints.c.size))) or 0
        tree = edge(connection)
        append(connection, tree, [self._envelope(ACTION, found.facts())])
        self._sequencer.sign(connection, signer, tree, previous)

    def _judge(self, connection: Connection, signer: Signer, tree: Growing, kept: Kept) -> Continuation:
        """Find out what was signed before, and which flaws stay."""
        file = self._sequencer.file
        evidence = Evidence(
            anchored=file.read() if file else Evidence().anchored,
            place=self._sequencer.place, alone=self._sequencer.alone,
        )  # fmt: skip
        now, root = _now(), tree.root().hex()
        first = LiveLog(connection, signer.verifier, evidence)
        waiting = [finding for finding in first.check().findings if finding.kind == "waiting"]
        known = [(note.size, note.root) for note in first.wrong]
        for each in (kept.signed, kept.signing):
            try:
                signed = Checkpoint.read(signer.verifier.open(each.note)) if each else None
            except BadNote:
                signed = None
            known += [(signed.size, signed.root)] if signed else []
        size, signed_root = max(known, default=(first.kept_size, b""))
        if not known:
            signed_root = tree.root() if first.kept_size == tree.size else b""
        draft = Continuation(
            tree.size, now, self._actor, self._reason, size, signed_root.hex(), first.kept_size, root
        )  # fmt: skip
        report = LiveLog(connection, signer.verifier, evidence, candidate=draft).check()
        stays = [finding for finding in report.findings if finding.kind != "waiting"]
        if len(stays) + len(waiting) > SHOWN or report.more:
            raise Invalid(
                f"the log has {len(stays) + report.more} flaws, more than one continuation may carry ({SHOWN}); "
                "restore a backup"
            )
        flaws = tuple(flaw(each.kind, each.what, each.index, each.last) for each in [*stays, *waiting])
        return Continuation(
            tree.size, now, self._actor, self._reason, size, signed_root.hex(), first.kept_size, root, flaws
        )

    def _fill(self, connection: Connection) -> None:
        """Put a placeholder where an entry was removed, so that the others keep their places."""
        places = list(connection.scalars(select(entries.c.position).order_by(entries.c.position)))
        size = size_of(connection)
        lost = size - len(places)
        if places and (places[0] < 0 or lost > MOST_LOST):
            raise Invalid(f"{abs(lost)} entries of the log are missing or misplaced; restore a backup")
        if not lost:
            return
        there = set(places)
        for position in range(size):
            if position not in there:
                envelope = self._envelope("audit.lost", {"position": position})
                connection.execute(insert(entries).values(entry(position, leaf_hash(envelope.encode()), envelope)))

    def _envelope(self, action: str, facts: dict[str, Any]) -> str:
        return seal(AuditEvent(_now(), self._act, self._actor, action, None, "done", "audit", facts))


def _rebuild(connection: Connection) -> Growing:
    """Compute the nodes above the stored leaves anew; return the tree."""
    connection.execute(delete(nodes))
    tree, after = Growing(), -1
    while True:
        query = select(entries.c.position, entries.c.leaf).where(entries.c.position > after)
        rows = connection.execute(query.order_by(entries.c.position).limit(_CHUNK)).all()
        made = [node for row in rows for node in tree.add(bytes(row.leaf))]
        if made:
            connection.execute(insert(nodes), [{"level": level, "position": i, "hash": h} for level, i, h in made])
        if len(rows) < _CHUNK:
            return tree
        after = rows[-1].position


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Take the triggers away that refuse changes of the log, and put them back, in the same transaction."""
    dialect = connection.dialect.name
    connection.execution_options(**{UNAUDITED: "the continuation tells of it"})
    for table in GUARDED:
        for name in ("no_update", "no_delete") if dialect == "sqlite" else ("no_change",):
            on = "" if dialect == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{name}{on}"))
    yield
    for table in GUARDED:
        for statement in guards(table, dialect):
            connection.execute(text(statement))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
