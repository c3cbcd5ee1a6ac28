"""Three versions of a text become one: what both sides changed apart from each other is brought together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MINE, BETWEEN, NEW = "<<<<<<< yours\n", "=======\n", ">>>>>>> new version\n"


def merged(base: str, mine: str, new: str) -> tuple[str, int]:
    """Return *mine* with the changes from *base* to *new*, and the line of the first conflict (0 for none).

    Lines that both sides changed in different ways stand between markers, as ``git merge-file`` writes them.
    """
    lines: list[str] = []
    first = 0
    for part in _parts(*(text.splitlines(keepends=True) for text in (base, mine, new))):
        if isinstance(part, tuple):
            first = first or len(lines) + 1
            lines += [MINE, *_ended(part[0]), BETWEEN, *_ended(part[1]), NEW]
        else:
            lines += part
    return "".join(lines), first


def _parts(
    base: Sequence[str], mine: Sequence[str], new: Sequence[str]
) -> Iterator[list[str] | tuple[list[str], list[str]]]:
    """Yield the lines of the result in order; a pair where the two sides disagree."""
    here = at_mine = at_new = 0
    for start, in_mine, in_new, length in _anchors(base, mine, new):
        yield from _between(base[here:start], mine[at_mine:in_mine], new[at_new:in_new])
        yield list(base[start : start + length])
        here, at_mine, at_new = start + length, in_mine + length, in_new + length


def _between(
    base: Sequence[str], mine: Sequence[str], new: Sequence[str]
) -> Iterator[list[str] | tuple[list[str], list[str]]]:
    base, mine, new = list(base), list(mine), list(new)
    if mine == new or new == base:
        yield mine
    elif mine == base:
        yield new
    else:
        yield mine, new


def _anchors(base: Sequence[str], mine: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that all three have: where each begins in base, mine and new, and how long it is."""
    left = [block for block in SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks() if block.size]
    right = [block for block in SequenceMatcher(None, base, new, autojunk=False).get_matching_blocks() if block.size]
    first = second = 0
    while first < len(left) and second < len(right):
        one, two = left[first], right[second]
        start, end = max(one.a, two.a), min(one.a + one.size, two.a + two.size)
        if start < end:
            yield start, one.b + start - one.a, two.b + start - two.a, end - start
        if one.a + one.size < two.a + two.size:
            first += 1
        else:
            second += 1
    yield len(base), len(mine), len(new), 0


def _ended(lines: Sequence[str]) -> list[str]:
    """Return lines of which the last ends too, so that a marker stands on a line of its own."""
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else f"{lines[-1]}\n"] if lines else []
