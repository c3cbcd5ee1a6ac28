"""The Merkle tree of RFC 6962 (RFC 9162 section 2.1): roots, inclusion and consistency proofs, and their verification.

Proofs are made from stored nodes: ``node(level, index)`` gives the hash of the complete subtree over the leaves
``index << level`` to ``(index + 1) << level``, so that no proof needs more than two dozen look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two children."""
    return sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows at its right edge, knowing only the hashes on that edge.

    Args:
        size: the number of leaves so far.
        edge: hashes of the complete subtrees of *size* leaves, the largest first, as ``subtrees`` lists them.
    """

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        if len(edge) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(edge)}")
        self.size = size
        self._edge = list(edge)

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; return the nodes that it completes as (level, index, hash), from level 1 upwards."""
        made, level, place = [], 0, self.size
        while place & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            level, place = level + 1, place >> 1
            made.append((level, place, leaf))
        self._edge.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return _fold(self._edge)


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the complete subtrees that make up the leaves from *start* up to, not including, *end*."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def root(size: int, node: Node) -> bytes:
    """Return the root over the first *size* leaves."""
    return _range(0, size, node)


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Return the proof that leaf *index* is among the first *size* leaves (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Return the proof that the tree of *old* leaves is the beginning of that of *new* (RFC 9162 section 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from {old} to {new} leaves")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(_range(start, end, node))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Tell whether *path* proves that *leaf* stands at *index* in the tree with this root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def extends(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether *path* proves that the old tree is the beginning of the new one (section 2.1.4.2).

    From an empty tree nothing can be proved, so the answer is False whatever the path.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    steps = list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps.pop(0) if place else old_root
    for step in steps:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _range(start: int, end: int, node: Node) -> bytes:
    return _fold([node(level, index) for level, index in subtrees(start, end)])


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def _split(size: int) -> int:
    """Return the largest power of two smaller than *size*."""
    return 1 << (size - 1).bit_length() - 1
