"""The log read act by act: which acts fit what is asked, and the entries of each. Only what is committed is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dihya_hookspecs import DihyaError
from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from .evidence import Head
from .merkle import includes, inclusion, leaf_hash
from .note import BadNote, Checkpoint, Verifier
from .searching import says, words_of
from .tables import entries, nodes, storable

Node = Callable[[int, int], bytes]
PAGE, MOST = 25, 20
"""How many acts a page shows, and how many entries of each."""
LONGEST_STRIDE = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the log.

    Attributes:
        text: words that occur in the technical values.
        people: ids of those who acted; None for whoever did.
        since, until: moments as the log writes them; *until* is not part of it.
    """

    text: str = ""
    act: str = ""
    people: tuple[str, ...] | None = None
    plugin: str = ""
    action: str = ""
    outcome: str = ""
    object: str = ""
    since: str = ""
    until: str = ""


class Place(NamedTuple):
    """An act, and the position of its newest entry that fits."""

    act: str
    position: int


class ShownAct(NamedTuple):
    """One act of a page.

    Attributes:
        position: of its newest entry that fits; a page begins before one.
        count: how many entries the act has; *entries* are the first of them, and those that fit by their object.
        proven: the positions of entries that the newest checkpoint holds.
    """

    id: str
    position: int
    count: int
    entries: Sequence[Any]
    proven: frozenset[int]


def acts(
    connection: Connection, asked: Asked, verifier: Verifier | None, before: int | None = None, limit: int = PAGE
) -> tuple[list[ShownAct], int | None]:
    """Return a page of acts, newest first, and what the next one begins before; None where there is none.

    Args:
        verifier: the key by which checkpoints are judged; without it nothing is proven.

    Raises:
        Invalid: the text to search for is too long.
    """
    found = _newest(connection, asked, before, limit + 1)
    page = found[:limit]
    return list(_whole(connection, page, asked, verifier)), page[-1].position if len(found) > limit else None


def _newest(connection: Connection, asked: Asked, before: int | None, number: int) -> list[Place]:
    """Return so many acts by the newest entry of each that fits; acts that a page before this one shows are left out.

    The log is walked backwards in growing strides until there are enough acts: no database need look at all of it.
    """
    found: list[Place] = []
    known: set[str] = set()
    below, stride = before, number * 8
    while len(found) < number:
        wanted = select(entries.c.position, entries.c.act).where(*_conditions(asked))
        wanted = wanted if below is None else wanted.where(entries.c.position < below)
        rows = connection.execute(wanted.order_by(entries.c.position.desc()).limit(stride)).all()
        fresh = {row.act: Place(row.act, row.position) for row in reversed(rows) if row.act not in known}
        known |= fresh.keys()
        shown = _shown(connection, asked, before, fresh) if before is not None else frozenset()
        found += sorted((each for act, each in fresh.items() if act not in shown), key=lambda each: -each.position)
        if len(rows) < stride:
            break
        below, stride = rows[-1].position, min(stride * 4, LONGEST_STRIDE)
    return found[:number]


def _shown(connection: Connection, asked: Asked, before: int, acts: Collection[str]) -> frozenset[str]:
    """Return those of the acts that have an entry that fits on a page before."""
    later = entries.c.act.in_(acts), entries.c.position >= before
    return frozenset(connection.scalars(select(entries.c.act).distinct().where(*later, *_conditions(asked))))


def newest_checkpoint(connection: Connection, verifier: Verifier) -> Checkpoint | None:
    """Return the newest checkpoint, if it is signed by this key."""
    note = Head.of(connection).note
    try:
        return Checkpoint.read(verifier.open(note)) if note else None
    except (BadNote, DihyaError):
        return None


def _whole(
    connection: Connection, page: Sequence[Place], asked: Asked, verifier: Verifier | None
) -> Iterator[ShownAct]:
    of = func.count().over(partition_by=entries.c.act).label("of")
    nth = func.row_number().over(partition_by=entries.c.act, order_by=entries.c.position).label("nth")
    numbered = select(entries, of, nth).where(entries.c.act.in_([row.act for row in page])).subquery()
    kept = or_(numbered.c.nth <= MOST, numbered.c.nth == numbered.c.of)
    if asked.object:
        kept = or_(kept, numbered.c.object == storable(asked.object))
    rows = connection.execute(select(numbered).where(kept).order_by(numbered.c.position)).all() if page else []
    checkpoint = verifier and newest_checkpoint(connection, verifier)
    node = _nodes(connection, [row.position for row in rows], checkpoint.size) if checkpoint else None
    for act in page:
        own = [row for row in rows if row.act == act.act]
        proven = frozenset(row.position for row in own if checkpoint and node and _proven(row, checkpoint, node))
        yield ShownAct(act.act, act.position, own[0].of, own, proven)


def _nodes(connection: Connection, positions: Sequence[int], size: int) -> Node:
    """Return a function that knows every node that proves these entries; two statements read them all."""
    needed: set[tuple[int, int]] = set()

    def note(level: int, position: int) -> bytes:
        needed.add((level, position))
        return bytes(32)

    for position in positions:
        if position < size:
            inclusion(position, size, note)
    leaves = select(entries.c.position, entries.c.leaf).where(entries.c.position.in_([p for n, p in needed if not n]))
    inner = tuple_(nodes.c.level, nodes.c.position).in_([place for place in needed if place[0]])
    known = {(0, row.position): bytes(row.leaf) for row in connection.execute(leaves)}
    known |= {(row.level, row.position): bytes(row.hash) for row in connection.execute(select(nodes).where(inner))}

    def node(level: int, position: int) -> bytes:
        if (level, position) not in known:
            raise DihyaError(f"the audit log lacks node {position} of level {level}; run 'dihya audit verify'")
        return known[level, position]

    return node


def _proven(row: Any, checkpoint: Checkpoint, node: Node) -> bool:
    if row.position >= checkpoint.size:
        return False
    try:
        path = inclusion(row.position, checkpoint.size, node)
    except DihyaError:
        return False
    return includes(leaf_hash(row.envelope.encode()), row.position, checkpoint.size, path, checkpoint.root)


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for name in ("act", "plugin", "action", "outcome", "object"):
        if wanted := getattr(asked, name):
            yield entries.c[name] == storable(wanted)
    if asked.people is not None:
        yield entries.c.actor.in_([storable(each) for each in asked.people])
    if asked.since:
        yield entries.c.at >= asked.since
    if asked.until:
        yield entries.c.at < asked.until
    for word in words_of(asked.text, "/q"):
        yield says(word)
