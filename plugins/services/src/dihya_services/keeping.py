"""What takes long to make of templates and blocks, kept for the next sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import is_
from typing import Any, TypeVar

Part = TypeVar("Part")
Made = TypeVar("Made")
_kept: dict[Any, tuple[Sequence[Any], Any]] = {}


def made_once(make: Callable[[Iterable[Part]], Made], parts: Iterable[Part]) -> Made:
    """Return ``make(parts)``, and the same again as long as the parts are the very same objects.

    One result is kept for each *make*: another plugin that brings templates or blocks along makes it anew.
    """
    given = tuple(parts)
    before, made = _kept.get(make, ((), None))
    if made is None or len(before) != len(given) or not all(map(is_, before, given)):
        made = make(given)
        _kept[make] = (given, made)
    return made  # type: ignore[no-any-return]
