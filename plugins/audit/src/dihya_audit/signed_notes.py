"""Every checkpoint that this key has signed, wherever one is kept: in the database, in the anchor file, in the data folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from .evidence import Evidence, Head
from .note import BadNote, Checkpoint, Verifier
from .tables import checkpoints

NEWEST = 1 << 62


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A checkpoint that this key has signed; *order* is its place in the anchor file, None in the database."""

    size: int
    root: bytes
    name: str
    order: int | None = None

    @property
    def anchored(self) -> bool:
        """True when it stands in the anchor file."""
        return self.order is not None and self.order != NEWEST


class SignedNotes:
    """The checkpoints over the entries that one pass looks at.

    Args:
        since: the first entry that is looked at; 0 for all.
        found: is told what is wrong, by its kind.

    Attributes:
        known: each that holds what it says, by size.
        stored: those of the database, by size.
    """

    def __init__(
        self,
        connection: Connection,
        verifier: Verifier,
        evidence: Evidence,
        head: Head,
        since: int,
        found: Callable[[str, str], None],
    ) -> None:
        self.known: list[SignedNote] = []
        self.stored: dict[int, str] = {}
        self._connection, self._verifier, self._evidence = connection, verifier, evidence
        self._head, self._since, self._found = head, since, found

    def read(self) -> None:
        """Find them all."""
        self._know_stored()
        stored = set(self.stored.values())
        for order, note in enumerate(self._evidence.anchored.notes if self._evidence.anchored else ()):
            if self._since and _size_in(note) <= self._since:
                continue  # a look at the newest entries judges the newest notes
            checkpoint = self._open(note, "a checkpoint in the anchor file", note in stored)
            if checkpoint is not None and checkpoint.size > self._since:
                name = f"the anchored checkpoint over {checkpoint.size} entries"
                self.known.append(SignedNote(checkpoint.size, checkpoint.root, name, order))
        self._know_remembered()
        self.known.sort(key=lambda note: note.size)

    def _know_remembered(self) -> None:
        """Take what was signed last for a checkpoint that nothing explains away, unless it may not be committed."""
        signed = self._evidence.kept.signed
        if signed is None or (checkpoint := self._open(signed.note, "audit.signed")) is None:
            return
        if checkpoint.size > self._since:
            name = f"the checkpoint over {checkpoint.size} entries that was signed last"
            self.known.append(SignedNote(checkpoint.size, checkpoint.root, name, NEWEST))

    def _know_stored(self) -> None:
        query = select(checkpoints.c.size, checkpoints.c.note, checkpoints.c.previous)
        query = query.where(checkpoints.c.size > self._since, checkpoints.c.size <= self._head.size)
        before = None
        for row in self._connection.execute(query.order_by(checkpoints.c.size)):
            self.stored[row.size] = row.note
            # Of the first one that a look at the newest entries sees, nobody knows what came before.
            if not (before is None and self._since) and row.previous != (before or 0):
                self._found("missing", f"the checkpoint before the one over {row.size} entries was removed")
            before = row.size
            checkpoint = self._open(row.note, f"checkpoint {row.size}")
            if checkpoint is None:
                continue
            if checkpoint.size != row.size:
                self._found("altered", f"checkpoint {row.size} says that it is over {checkpoint.size} entries")
            self.known.append(SignedNote(checkpoint.size, checkpoint.root, f"checkpoint {checkpoint.size}"))

    def _open(self, note: str, name: str, stored: bool = False) -> Checkpoint | None:
        """Read a note that this key has signed; one that is byte for byte in the database is judged there."""
        try:
            checkpoint = Checkpoint.read(note.partition("\n\n")[0] + "\n" if stored else self._verifier.open(note))
        except BadNote as error:
            self._found("unsigned", f"{name}: {error}")
            return None
        if checkpoint.origin != self._verifier.name:
            self._found("unsigned", f"{name} is of another log")
            return None
        return checkpoint


def _size_in(note: str) -> int:
    """Return the number of entries that a note speaks of, without checking it."""
    return int(note.split("\n", 2)[1])
