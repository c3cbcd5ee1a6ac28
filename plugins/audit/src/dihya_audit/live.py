"""Checks the log in the database against itself, and against what was signed and is kept apart from it.

It is the only judge: before each signature it looks at the newest entries, and ``dihya audit verify`` at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dihya_hookspecs import DihyaError
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from .continuation import Continuation
from .evidence import Evidence, Head
from .merkle import Growing, consistency, extends, includes, inclusion, leaf_hash, subtrees
from .note import BadNote, Checkpoint, Verifier
from .report import Report
from .tables import checkpoints, columns_of, entries, node_reader, nodes, outbox

_CHUNK = 2000
NEWEST = 1 << 62


@dataclass(frozen=True, slots=True)
class _Signed:
    """A checkpoint that this key has signed; *order* is its place in the anchor file, None in the database."""

    size: int
    root: bytes
    name: str
    order: int | None = None

    @property
    def anchored(self) -> bool:
        """True when it stands in the anchor file."""
        return self.order is not None and self.order != NEWEST


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
        self._candidate = candidate
        self.head = Head.of(connection) if head is None else head
        self.since = since if since < self.head.size else 0
        self.report = Report(verifier.name, self.head.size, scope="database", key=str(verifier), trusted=True)
        self.continuations: list[Continuation] = []
        self.known: list[_Signed] = []
        self.wrong: list[_Signed] = []
        self.tree = Growing()
        self._right: list[_Signed] = []
        self._stored: dict[int, str] = {}
        self._suspect: set[int] = set()
        self._made = 0
        self._holed = False
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
        self.report.continuations = [each for each in self.continuations if each is not self._candidate]
        return self.report

    def _check(self) -> None:
        if self.head.entries or self.head.size:
            self._find_continuations()
        if self._candidate:
            self.continuations.append(self._candidate)
        self._know_notes()
        try:
            self._start()
            self._walk()
        except DihyaError as error:
            self._add("missing", error.message)
        else:
            self._judge_notes()
        if not self._candidate:
            self._compare_memory()
        self._compare_anchors()
        self._look_into_outbox()

    def _name_missing_tables(self) -> None:
        """Report a table that is gone; what else the database refuses is no finding."""
        there = inspect(self.connection)
        gone = [table.name for table in (entries, nodes, checkpoints, outbox) if not there.has_table(table.name)]
        if not gone or len(gone) == 4:
            raise
        self.report.add("missing", f"the table {' and '.join(gone)} was removed")

    def _add(self, kind: str, what: str, index: int | None = None, last: int | None = None) -> None:
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

    def _know_notes(self) -> None:
        self._know_stored()
        stored = set(self._stored.values())
        for order, note in enumerate(self.evidence.anchored.notes if self.evidence.anchored else ()):
            if self.since and _size_in(note) <= self.since:
                continue  # a look at the newest entries judges the newest notes
            checkpoint = self._open(note, "a checkpoint in the anchor file", note in stored)
            if checkpoint is not None and checkpoint.size > self.since:
                name = f"the anchored checkpoint over {checkpoint.size} entries"
                self.known.append(_Signed(checkpoint.size, checkpoint.root, name, order))
        self._know_remembered()
        self.known.sort(key=lambda note: note.size)

    def _know_remembered(self) -> None:
        """Take what was signed last for a checkpoint that nothing explains away, unless it may not be committed."""
        signed = self.evidence.kept.signed
        if signed is None or (checkpoint := self._open(signed.note, "audit.signed")) is None:
            return
        if checkpoint.size > self.since:
            name = f"the checkpoint over {checkpoint.size} entries that was signed last"
            self.known.append(_Signed(checkpoint.size, checkpoint.root, name, NEWEST))

    def _know_stored(self) -> None:
        query = select(checkpoints.c.size, checkpoints.c.note, checkpoints.c.previous)
        query = query.where(checkpoints.c.size > self.since, checkpoints.c.size <= self.head.size)
        before = None
        for row in self.connection.execute(query.order_by(checkpoints.c.size)):
            self._stored[row.size] = row.note
            # Of the first one that a look at the newest entries sees, nobody knows what came before.
            if not (before is None and self.since) and row.previous != (before or 0):
                self._add("missing", f"the checkpoint before the one over {row.size} entries was removed")
            before = row.size
            checkpoint = self._open(row.note, f"checkpoint {row.size}")
            if checkpoint is None:
                continue
            if checkpoint.size != row.size:
                self._add("altered", f"checkpoint {row.size} says that it is over {checkpoint.size} entries")
            self.known.append(_Signed(checkpoint.size, checkpoint.root, f"checkpoint {checkpoint.size}"))

    def _open(self, note: str, name: str, stored: bool = False) -> Checkpoint | None:
        """Read a note that this key has signed; one that is byte for byte in the database is judged there."""
        try:
            checkpoint = Checkpoint.read(note.partition("\n\n")[0] + "\n" if stored else self.verifier.open(note))
        except BadNote as error:
            self._add("unsigned", f"{name}: {error}")
            return None
        if checkpoint.origin != self.verifier.name:
            self._add("unsigned", f"{name} is of another log")
            return None
        return checkpoint

    def _start(self) -> None:
        if self.since:
            node = node_reader(self.connection)
            self.tree = Growing(self.since, [node(level, place) for level, place in subtrees(0, self.since)])

    def _walk(self) -> None:
        known = iter(self.known)
        due = self._meet(known, next(known, None))
        for row, stored in _rows(self.connection, self.since, self.head.entries):
            if row.position < self.since:
                self._add("added", "stands outside of the log", row.position)
                continue
            self.report.checked += 1
            self._check_entry(row)
            self._holed = self._holed or row.position != self.tree.size
            if self._holed:  # Behind a hole every root differs; what stands there is not accused of it.
                self._note_hole(row.position)
                continue
            self._grow(row, stored)
            due = self._meet(known, due)
        if self._holed:
            return
        if self.tree.size > self.head.size and not self._candidate:
            self._add("added", "not covered by a checkpoint", self.head.size, self.tree.size - 1)
        while due is not None:
            self.wrong.append(due)
            due = next(known, None)
        if not self.since and self._nodes() > self._made:
            self._add("added", "audit_nodes holds nodes that belong to no entry")

    def _note_hole(self, position: int) -> None:
        expected = max(self.tree.size, self._behind)
        if position > expected:
            self._add("missing", "removed", expected, position - 1)
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
            self._add("altered", "envelope and hash differ", row.position)
            return
        try:
            expected = columns_of(row.envelope)
        except (ValueError, TypeError):
            self._add("altered", "not an event", row.position)
            return
        for name, value in expected.items():
            if getattr(row, name) != value:
                self._add("altered", f"column {name!r} is not what the envelope says", row.position)

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
                self._add(
                    "altered", f"one of them, or node {position} of level {level} above, was altered", first, last
                )

    def _meet(self, known: Iterator[_Signed], due: _Signed | None) -> _Signed | None:
        """Compare the tree with every checkpoint over just as many entries; return the next one."""
        while due is not None and due.size <= self.tree.size:
            (self._right if due.size == self.tree.size and self.tree.root() == due.root else self.wrong).append(due)
            due = next(known, None)
        return due

    def _judge_notes(self) -> None:
        if self._holed:
            return
        unexplained = [note for note in self.wrong if not any(self.explains(each, note) for each in self.continuations)]
        longer = [note for note in unexplained if note.size > self.tree.size]
        if longer:
            name = longer[-1].name
            what = f"cut off at the end, or an older database was put back: {name} covers them"
            self._add("missing", what, self.tree.size, longer[-1].size - 1)
        for note in unexplained:
            if note.size <= self.tree.size:
                self._accuse(note)
                break

    def _accuse(self, note: _Signed) -> None:
        good = max((right.size for right in self._right if right.size < note.size), default=self.since)
        if any(right.size == note.size for right in self._right):
            self._add("forked", f"the log has two roots over {note.size} entries: {note.name} has another")
        elif not any(found.index is not None and good <= found.index < note.size for found in self.report.findings):
            what = f"altered, added or swapped, or an older database was put back: the root of {note.name} is another"
            self._add("altered", what, good, note.size - 1)

    def explains(self, each: Continuation, note: _Signed) -> bool:
        """Tell whether a continuation names the branch on which *note* was signed, and came later."""
        if not each.kept < note.size <= max(each.signed, each.index):
            return False
        if note.order is None:
            return note.size <= each.index
        later = [right.order for right in self._right if right.anchored and right.size > each.index]
        return note.order != NEWEST and note.order < min(later, default=NEWEST)

    @property
    def kept_size(self) -> int:
        """How many entries the largest signed checkpoint is over that the tree still continues."""
        return max((note.size for note in self._right), default=self.since)

    def _compare_memory(self) -> None:
        """Compare the end of the log with what this data folder remembers to have signed last."""
        kept, head = self.evidence.kept, self.head
        if kept.signed is None and kept.signing is None:
            if head.size or head.entries:
                self._add("forgotten", "the file audit.signed, which says what was signed last, is gone")
            return
        if head.note in {each.note for each in (kept.signed, kept.signing) if each}:
            return
        if kept.signed is None:
            if head.size:
                self._add("forgotten", "the log ends with a checkpoint that was not signed here")
            return
        try:
            old, new = (Checkpoint.read(self.verifier.open(note)) for note in (kept.signed.note, head.note))
        except BadNote:
            return  # It was reported when it was read.
        mine = self.evidence.alone or head.signed_in == self.evidence.place
        if old.size < new.size and (mine or not self._continues(old, new)):
            self._add("forgotten", f"audit.signed is older than the log: {old.size} of {new.size} entries")

    def continues(self, note: str) -> bool:
        """Tell whether the log that is signed now continues *note*."""
        try:
            old, new = (Checkpoint.read(self.verifier.open(text)) for text in (note, self.head.note))
        except BadNote:
            return False
        return self._continues(old, new)

    def _continues(self, old: Checkpoint, new: Checkpoint) -> bool:
        try:
            path = consistency(old.size, new.size, node_reader(self.connection))
        except (DihyaError, ValueError):
            return False
        return extends(old.size, old.root, new.size, new.root, path)

    def _compare_anchors(self) -> None:
        anchored = self.evidence.anchored
        if anchored is None:
            return
        if anchored.stray:
            self._add("altered", f"the anchor file holds {anchored.stray} characters that are no checkpoint")
        lost = self._lost(set(anchored.notes))
        for first, last, segment in self._segments(lost):
            if not any(each.index >= last and _unanchored(each) for each in self.continuations):
                which = f"checkpoint over {first}" if first == last else f"checkpoints over {first} to {last}"
                self._add("unanchored", f"the anchor file lacks the {which} entries, which it had: {segment} in all")
        largest = max((note.size for note in self.known if note.anchored), default=0)
        remembered = self.evidence.kept.signed.anchored if self.evidence.kept.signed else 0
        if not lost and max(largest, self.since) < remembered:
            self._add("unanchored", f"the anchor file lacks the checkpoint over {remembered} entries, which it had")
        if not self._holed:
            order = [note.size for note in sorted(self._right, key=lambda note: note.order or 0) if note.anchored]
            if self.evidence.alone and any(after <= before for before, after in pairwise(order)):
                self._add("misplaced", "the anchor file does not hold the checkpoints in the order in which they came")
            end = self.tree.size if self._candidate else self.head.size
            for note in self._right:
                if note.anchored and note.size not in self._stored and note.size <= end:
                    self._add("missing", f"the checkpoint over {note.size} entries was removed; it is anchored")

    def _lost(self, anchored: set[str]) -> list[int]:
        query = select(checkpoints.c.size, checkpoints.c.note).where(
            checkpoints.c.anchored_at.is_not(None), checkpoints.c.size > self.since
        )
        if not self.evidence.alone:
            query = query.where(checkpoints.c.anchored_in == self.evidence.place)
        rows = self.connection.execute(query.order_by(checkpoints.c.size))
        return [row.size for row in rows if row.note not in anchored]

    def _segments(self, sizes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Yield runs of checkpoints that no continuation divides, as first, last and number."""
        ends = [*(each.index for each in self.continuations), float("inf")]
        start: float = -1
        for end in ends:
            run = [size for size in sizes if start < size <= end]
            if run:
                yield run[0], run[-1], len(run)
            start = end

    def _look_into_outbox(self) -> None:
        query = select(outbox.c.id, outbox.c.flaw).where(outbox.c.flaw.is_not(None), outbox.c.seen_at.is_(None))
        for row in self.connection.execute(query.order_by(outbox.c.id).limit(10)):
            self.report.add("waiting", f"row {row.id} of audit_outbox was set aside: {row.flaw}")


def _size_in(note: str) -> int:
    """Return the number of entries that a note speaks of, without checking it."""
    return int(note.split("\n", 2)[1])


def _unanchored(continuation: Continuation) -> bool:
    return any(flaw.startswith('["unanchored"') for flaw in continuation.flaws)


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
