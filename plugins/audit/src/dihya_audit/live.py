"""Checks the log in the database: every envelope, hash, node and checkpoint again, and the checkpoints outside."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, func, select

from .merkle import Growing, leaf_hash
from .note import BadNote, Checkpoint, Verifier
from .sequencer import checkpoints, columns_of, entries, nodes
from .verify import Report

_CHUNK = 2000


class LiveLog:
    """One pass over the log of a database.

    Args:
        anchored: signed checkpoints that were kept outside the database.
    """

    def __init__(self, engine: Engine, verifier: Verifier, anchored: list[str]) -> None:
        self.engine = engine
        self.verifier = verifier
        self.report = Report(origin=verifier.name, scope="database", key=str(verifier), trusted=True)
        self._anchored = anchored
        self._tree = Growing()
        self._expected: list[tuple[int, str, Checkpoint]] = []
        self._suspect: set[int] = set()
        self._made = 0
        self._good = 0
        self._broken = False

    def check(self) -> Report:
        """Return what holds and what does not."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            stored = self._stored_checkpoints(connection)
            outside = self._outside_checkpoints()
            self._expected = sorted([*stored, *outside], key=lambda item: item[0])
            self.report.size = max((size for size, _, _ in stored), default=0)
            self._check_entries(connection)
        return self.report

    def _stored_checkpoints(self, connection: Connection) -> list[tuple[int, str, Checkpoint]]:
        found = []
        for row in connection.execute(select(checkpoints.c.size, checkpoints.c.note).order_by(checkpoints.c.size)):
            checkpoint = self._open(row.note, f"checkpoint {row.size}")
            if checkpoint is None:
                continue
            if checkpoint.size != row.size:
                self.report.add("altered", f"checkpoint {row.size} says that it is over {checkpoint.size} entries")
            found.append((checkpoint.size, f"checkpoint {checkpoint.size}", checkpoint))
        return found

    def _outside_checkpoints(self) -> list[tuple[int, str, Checkpoint]]:
        found = []
        for number, note in enumerate(self._anchored, 1):
            checkpoint = self._open(note, f"anchored checkpoint {number}")
            if checkpoint is not None:
                found.append((checkpoint.size, f"the anchored checkpoint over {checkpoint.size} entries", checkpoint))
        return found

    def _open(self, note: str, name: str) -> Checkpoint | None:
        try:
            checkpoint = Checkpoint.read(self.verifier.open(note))
        except BadNote as error:
            self.report.add("unsigned", f"{name}: {error}")
            return None
        if checkpoint.origin != self.verifier.name:
            self.report.add("unsigned", f"{name} is of another log")
            return None
        return checkpoint

    def _check_entries(self, connection: Connection) -> None:
        expected = iter(self._expected)
        due = self._meet(expected, next(expected, None))
        holed = False
        for row, stored in _rows(connection):
            if not holed and row.position != self._tree.size:
                holed = True
                for gone in range(self._tree.size, min(row.position, self._tree.size + 100)):
                    self.report.add("missing", f"entry {gone} was removed", gone)
            self._check_entry(row)
            if not holed:  # Behind a hole every root differs; what stands there is not accused of it.
                self._grow(row, stored)
                due = self._meet(expected, due)
        if holed:
            return
        for index in range(self.report.size, min(self._tree.size, self.report.size + 100)):
            self.report.add("added", f"entry {index} is not covered by a checkpoint", index)
        self._check_end(expected, due)
        if (connection.scalar(select(func.count()).select_from(nodes)) or 0) > self._made:
            self.report.add("added", "audit_nodes holds nodes that belong to no entry")

    def _check_entry(self, row) -> None:
        self.report.checked += 1
        if leaf_hash(row.envelope.encode()) == row.leaf:
            self._check_columns(row)
            return
        self._suspect.add(row.position)
        self.report.add("altered", f"entry {row.position} does not fit its hash", row.position)

    def _grow(self, row, stored: dict[tuple[int, int], bytes]) -> None:
        """Add the stored leaf to the tree, so that one altered envelope accuses no other entry."""
        made = self._tree.add(row.leaf)
        self._made += len(made)
        for level, position, computed in made:
            if stored.get((level, position)) == computed:
                continue
            first, last = position << level, ((position + 1) << level) - 1
            if not any(first <= index <= last for index in self._suspect):
                self._suspect.add(first)
                between = f"entry {first} or {last}" if level == 1 else f"an entry from {first} to {last}"
                self.report.add("altered", f"{between}, or node {position} of level {level} above, was altered", first)

    def _check_columns(self, row) -> None:
        try:
            expected = columns_of(row.envelope)
        except (ValueError, TypeError):
            self.report.add("altered", f"entry {row.position} is not an event", row.position)
            return
        for name, value in expected.items():
            if getattr(row, name) != value:
                detail = f"column {name!r} of entry {row.position} is not what its envelope says"
                self.report.add("altered", detail, row.position)

    def _meet(self, expected: Iterator, due):
        """Compare the tree with every checkpoint over just as many entries; return the next one."""
        while due is not None and due[0] <= self._tree.size:
            size, name, checkpoint = due
            if self._tree.root() == checkpoint.root:
                self._good = size
            elif not self._broken:
                self._broken = True
                which = (
                    f"entry {size - 1}" if size - self._good == 1 else f"one of the entries {self._good} to {size - 1}"
                )
                detail = f"{which} was altered, added or swapped: the root of {name} is another"
                self.report.add("altered", detail, size - 1 if size - self._good == 1 else None)
            due = next(expected, None)
        return due

    def _check_end(self, expected: Iterator, due) -> None:
        named = self._tree.size
        while due is not None:
            size, name, _ = due
            for gone in range(named, min(size, self._tree.size + 100)):
                self.report.add("missing", f"entry {gone} was cut off at the end", gone)
            named = max(named, size)
            self.report.add(
                "truncated", f"the database has {self._tree.size} entries, but {name} has {size}: older or cut off"
            )
            due = next(expected, None)


def _rows(connection: Connection) -> Iterator:
    """Yield every entry with the stored nodes of its part of the tree."""
    after = -1
    while True:
        query = select(entries).where(entries.c.position > after).order_by(entries.c.position).limit(_CHUNK)
        rows = connection.execute(query).all()
        stored = _stored_nodes(connection, rows[0].position, rows[-1].position) if rows else {}
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
