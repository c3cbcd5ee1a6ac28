"""Compares the log with what is kept apart from it: what this data folder has signed last, and the anchor file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError
from sqlalchemy import Connection, select

from .continuation import Continuation
from .merkle import consistency, extends
from .note import BadNote, Checkpoint, Verifier
from .tables import checkpoints, node_reader

if TYPE_CHECKING:
    from .live import LiveLog


def compare_memory(log: LiveLog) -> None:
    """Compare the end of the log with what this data folder remembers to have signed last."""
    kept, head = log.evidence.kept, log.head
    if kept.signed is None and kept.signing is None:
        if head.size or head.entries:
            log.add("forgotten", "the file audit.signed, which says what was signed last, is gone")
        return
    if head.note in {each.note for each in (kept.signed, kept.signing) if each}:
        return
    if kept.signed is None:
        if head.size:
            log.add("forgotten", "the log ends with a checkpoint that was not signed here")
        return
    try:
        old, new = (Checkpoint.read(log.verifier.open(note)) for note in (kept.signed.note, head.note))
    except BadNote:
        return  # It was reported when it was read.
    mine = log.evidence.alone or head.signed_in == log.evidence.place
    if old.size < new.size and (mine or not _continues(log.connection, old, new)):
        log.add("forgotten", f"audit.signed is older than the log: {old.size} of {new.size} entries")


def continues(connection: Connection, verifier: Verifier, earlier: str, later: str) -> bool:
    """Tell whether the log over which *later* was signed begins with the one over which *earlier* was."""
    try:
        old, new = (Checkpoint.read(verifier.open(text)) for text in (earlier, later))
    except BadNote:
        return False
    return _continues(connection, old, new)


def _continues(connection: Connection, old: Checkpoint, new: Checkpoint) -> bool:
    try:
        path = consistency(old.size, new.size, node_reader(connection))
    except (DihyaError, ValueError):
        return False
    return extends(old.size, old.root, new.size, new.root, path)


def compare_anchors(log: LiveLog) -> None:
    """Compare the checkpoints of the log with those in the anchor file."""
    anchored = log.evidence.anchored
    if anchored is None:
        return
    if anchored.stray:
        log.add("altered", f"the anchor file holds {anchored.stray} characters that are no checkpoint")
    lost = _lost(log, set(anchored.notes))
    for first, last, segment in _segments(lost, log.continuations):
        if not any(each.index >= last and _unanchored(each) for each in log.continuations):
            which = f"checkpoint over {first}" if first == last else f"checkpoints over {first} to {last}"
            log.add("unanchored", f"the anchor file lacks the {which} entries, which it had: {segment} in all")
    largest = max((note.size for note in log.notes.known if note.anchored), default=0)
    remembered = log.evidence.kept.signed.anchored if log.evidence.kept.signed else 0
    if not lost and max(largest, log.since) < remembered:
        log.add("unanchored", f"the anchor file lacks the checkpoint over {remembered} entries, which it had")
    if not log.holed:
        _compare_order(log)


def _compare_order(log: LiveLog) -> None:
    """Look whether the anchored checkpoints came one after the other, and whether the log has them all."""
    order = [note.size for note in sorted(log.right, key=lambda note: note.order or 0) if note.anchored]
    if log.evidence.alone and any(after <= before for before, after in pairwise(order)):
        log.add("misplaced", "the anchor file does not hold the checkpoints in the order in which they came")
    end = log.tree.size if log.candidate else log.head.size
    for note in log.right:
        if note.anchored and note.size not in log.notes.stored and note.size <= end:
            log.add("missing", f"the checkpoint over {note.size} entries was removed; it is anchored")


def _lost(log: LiveLog, anchored: set[str]) -> list[int]:
    """Return the checkpoints, by size, that the anchor file had and has no more."""
    query = select(checkpoints.c.size, checkpoints.c.note).where(
        checkpoints.c.anchored_at.is_not(None), checkpoints.c.size > log.since
    )
    if not log.evidence.alone:
        query = query.where(checkpoints.c.anchored_in == log.evidence.place)
    rows = log.connection.execute(query.order_by(checkpoints.c.size))
    return [row.size for row in rows if row.note not in anchored]


def _segments(sizes: Sequence[int], continuations: Sequence[Continuation]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of checkpoints that no continuation divides, as first, last and number."""
    ends = [*(each.index for each in continuations), float("inf")]
    start: float = -1
    for end in ends:
        run = [size for size in sizes if start < size <= end]
        if run:
            yield run[0], run[-1], len(run)
        start = end


def _unanchored(continuation: Continuation) -> bool:
    return any(flaw.startswith('["unanchored"') for flaw in continuation.flaws)
