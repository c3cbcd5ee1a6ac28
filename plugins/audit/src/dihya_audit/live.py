"""Checks the log in the database against itself, and against what was signed and is kept apart from it.

It is the only judge: before each signature it looks at the newest entries, and ``dihya audit verify`` at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dihya_hookspecs import DihyaError
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from .comparing import compare_anchors, compare_memory
from .continuation import Continuation
from .evidence import Evidence, Head
from .merkle import Growing, includes, inclusion, leaf_hash, subtrees
from .note import BadNote, Checkpoint, Verifier
from .report import Report
from .signed_notes import NEWEST, SignedNote, SignedNotes
from .tables import checkpoints, columns_of, entries, node_reader, nodes, outbox

_CHUNK = 2000


class LiveLog:
    """One pass over the log of a database.

    Args:
        head: where the log ended when the evidence was read; what comes later is not looked at.
        since: the first entry that is looked at; 0 for all.
        candidate: a continuation that is about to be recorded; what it explains is not found.
    """

    def __init__(
        self,
        connection: Connection,
        verifier: Verifier,
        evidence: Evidence,
        head: Head | None = None,
        *,
        since: int = 0,
        candidate: Continuation | None = None,
    ) -> None:
        self.connection, self.verifier, self.evidence = connection, verifier, evidence
        self.candidate = candidate
        self.head = Head.of(connection) if head is None else head
        self.since = since if since < self.head.size else 0
        self.report = Report(verifier.name, self.head.size, scope="database", key=str(verifier), trusted=True)
        self.continuations: list[Continuation] = []
        self.wrong: list[SignedNote] = []
        self.notes = SignedNotes(connection, verifier, evidence, self.head, self.since, self.add)
        self.tree = Growing()
        self.right: list[SignedNote] = []
        self._suspect: set[int] = set()
        self._made = 0
        self.holed = False
        self._behind = 0

    def check(self) -> Report:
        """Return what holds and what does not; what a person has recorded already is not found again."""
        try:
            self._check()
        except (OperationalError, ProgrammingError):
            self.connection.rollback()
            self._name_missing_tables()
        except (TypeError, ValueError, AttributeError) as error:  # A column holds what no program writes there.
            self.report.add("unreadable", f"a row of the log is of another type: {type(error).__name__}")
        self.report.continuations = [each for each in self.continuations if each is not self.candidate]
        return self.report

    def _check(self) -> None:
        if self.head.entries or self.head.size:
            self._find_continuations()
        if self.candidate:
            self.continuations.append(self.candidate)
        self.notes.read()
        try:
            self._start()
            self._walk()
        except DihyaError as error:
            self.add("missing", error.message)
        else:
            self._judge_notes()
        if not self.candidate:
            compare_memory(self)
        compare_anchors(self)
        self._look_into_outbox()

    def _name_missing_tables(self) -> None:
        """Report a table that is gone; what else the database refuses is no finding."""
        there = inspect(self.connection)
        gone = [table.name for table in (entries, nodes, checkpoints, outbox) if not there.has_table(table.name)]
        if not gone or len(gone) == 4:
            raise
        self.report.add("missing", f"the table {' and '.join(gone)} was removed")

    def add(self, kind: str, what: str, index: int | None = None, last: int | None = None) -> None:
        """Report what is wrong, unless a person has recorded it."""
        if not any(each.covers(kind, what, index, last) for each in self.continuations):
            self.report.add(kind, what, index, last)

    def _find_continuations(self) -> None:
        """Read the breaks that were recorded, each proven to be in the tree that is signed now."""
        query = select(entries.c.position, entries.c.envelope).where(text("action = 'audit.continued'"))
        try:
            head = Checkpoint.read(self.verifier.open(self.head.note))
            node = node_reader(self.connection)
            for row in self.connection.execute(query.order_by(entries.c.position)):
                found = Continuation.read(row.position, row.envelope)
                if found is None or row.position >= head.size:
                    continue
                path = inclusion(row.position, head.size, node)
                if includes(leaf_hash(row.envelope.encode()), row.position, head.size, path, head.root):
                    self.continuations.append(found)
        except (BadNote, DihyaError):
            self.continuations.clear()  # The walk says what is wrong; nothing that is not proven excuses it.

    def _start(self) -> None:
        if self.since:
            node = node_reader(self.connection)
            self.tree = Growing(self.since, [node(level, place) for level, place in subtrees(0, self.since)])

    def _walk(self) -> None:
        known = iter(self.notes.known)
        due = self._meet(known, next(known, None))
        for row, stored in _rows(self.connection, self.since, self.head.entries):
            if row.position < self.since:
                self.add("added", "stands outside of the log", row.position)
                continue
            self.report.checked += 1
            self._check_entry(row)
            self.holed = self.holed or row.position != self.tree.size
            if self.holed:  # Behind a hole every root differs; what stands there is not accused of it.
                self._note_hole(row.position)
                continue
            self._grow(row, stored)
            due = self._meet(known, due)
        if self.holed:
            return
        if self.tree.size > self.head.size and not self.candidate:
            self.add("added", "not covered by a checkpoint", self.head.size, self.tree.size - 1)
        while due is not None:
            self.wrong.append(due)
            due = next(known, None)
        if not self.since and self._nodes() > self._made:
            self.add("added", "audit_nodes holds nodes that belong to no entry")

    def _note_hole(self, position: int) -> None:
        expected = max(self.tree.size, self._behind)
        if position > expected:
            self.add("missing", "removed", expected, position - 1)
        self._behind = position + 1

    def _nodes(self) -> int:
        """Return how many nodes there are below the end at which this pass stops."""
        below = select(func.count()).select_from(nodes)
        if Head.of(self.connection).entries == self.head.entries:
            return self.connection.scalar(below) or 0
        return 0

    def _check_entry(self, row: Any) -> None:
        if leaf_hash(row.envelope.encode()) != row.leaf:
            self._suspect.add(row.position)
            self.add("altered", "envelope and hash differ", row.position)
            return
        try:
            expected = columns_of(row.envelope)
        except (ValueError, TypeError):
            self.add("altered", "not an event", row.position)
            return
        for name, value in expected.items():
            if getattr(row, name) != value:
                self.add("altered", f"column {name!r} is not what the envelope says", row.position)

    def _grow(self, row: Any, stored: dict[tuple[int, int], bytes]) -> None:
        """Add the stored leaf to the tree, so that one altered envelope accuses no other entry."""
        made = self.tree.add(row.leaf)
        self._made += len(made)
        for level, position, computed in made:
            if stored.get((level, position)) == computed:
                continue
            first, last = position << level, ((position + 1) << level) - 1
            if not any(first <= index <= last for index in self._suspect):
                self._suspect.add(first)
                self.add("altered", f"one of them, or node {position} of level {level} above, was altered", first, last)

    def _meet(self, known: Iterator[SignedNote], due: SignedNote | None) -> SignedNote | None:
        """Compare the tree with every checkpoint over just as many entries; return the next one."""
        while due is not None and due.size <= self.tree.size:
            (self.right if due.size == self.tree.size and self.tree.root() == due.root else self.wrong).append(due)
            due = next(known, None)
        return due

    def _judge_notes(self) -> None:
        if self.holed:
            return
        unexplained = [note for note in self.wrong if not any(self.explains(each, note) for each in self.continuations)]
        longer = [note for note in unexplained if note.size > self.tree.size]
        if longer:
            name = longer[-1].name
            what = f"cut off at the end, or an older database was put back: {name} covers them"
            self.add("missing", what, self.tree.size, longer[-1].size - 1)
        for note in unexplained:
            if note.size <= self.tree.size:
                self._accuse(note)
                break

    def _accuse(self, note: SignedNote) -> None:
        good = max((right.size for right in self.right if right.size < note.size), default=self.since)
        if any(right.size == note.size for right in self.right):
            self.add("forked", f"the log has two roots over {note.size} entries: {note.name} has another")
        elif not any(found.index is not None and good <= found.index < note.size for found in self.report.findings):
            what = f"altered, added or swapped, or an older database was put back: the root of {note.name} is another"
            self.add("altered", what, good, note.size - 1)

    def explains(self, each: Continuation, note: SignedNote) -> bool:
        """Tell whether a continuation names the branch on which *note* was signed, and came later."""
        if not each.kept < note.size <= max(each.signed, each.index):
            return False
        if note.order is None:
            return note.size <= each.index
        later = [right.order for right in self.right if right.anchored and right.size > each.index]
        return note.order != NEWEST and note.order < min(later, default=NEWEST)

    @property
    def kept_size(self) -> int:
        """How many entries the largest signed checkpoint is over that the tree still continues."""
        return max((note.size for note in self.right), default=self.since)

    def _look_into_outbox(self) -> None:
        query = select(outbox.c.id, outbox.c.flaw).where(outbox.c.flaw.is_not(None), outbox.c.seen_at.is_(None))
        for row in self.connection.execute(query.order_by(outbox.c.id).limit(10)):
            self.report.add("waiting", f"row {row.id} of audit_outbox was set aside: {row.flaw}")


def _rows(connection: Connection, since: int, end: int) -> Iterator[tuple[Any, dict[tuple[int, int], bytes]]]:
    """Yield every entry with the stored nodes of its part of the tree."""
    after = since - 1 if since else -(1 << 62)
    while True:
        query = select(entries).where(entries.c.position > after, entries.c.position < end)
        rows = connection.execute(query.order_by(entries.c.position).limit(_CHUNK)).all()
        stored = _stored_nodes(connection, max(rows[0].position, 0), rows[-1].position) if rows else {}
        for row in rows:
            yield row, stored
        if len(rows) < _CHUNK:
            return
        after = rows[-1].position


def _stored_nodes(connection: Connection, first: int, last: int) -> dict[tuple[int, int], bytes]:
    found = {}
    for level in range(1, (last + 1).bit_length() + 1):
        query = select(nodes.c.position, nodes.c.hash).where(
            nodes.c.level == level, nodes.c.position.between(first >> level, last >> level)
        )
        found.update({(level, row.position): bytes(row.hash) for row in connection.execute(query)})
    return found
