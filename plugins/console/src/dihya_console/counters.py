"""The numbers in the menu: each is asked once a page at most, and kept for some seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from time import monotonic

from dihya_hookspecs.access import Actor
from dihya_hookspecs.app import Hooks

from .menu import Group

SECONDS = 10.0
MOST = 2000
_Key = tuple[object, ...]


class Counters:
    """What was counted a moment ago, by page and by who asked: what waits for one person is not what waits for another.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._kept: OrderedDict[_Key, tuple[float, int]] = OrderedDict()

    def counted(self, hooks: Hooks, menu: list[Group], actor: Actor | None) -> list[Group]:
        """Return the menu with its numbers."""
        who = (actor.id, actor.roles, actor.scopes) if actor else ()
        return [
            replace(
                group,
                entries=tuple(
                    replace(entry, count=self._count(hooks, entry.plugin, entry.page.name, entry.page.count, who))
                    if entry.page.count
                    else entry
                    for entry in group.entries
                ),
            )
            for group in menu
        ]

    def _count(self, hooks: Hooks, plugin: str, name: str, count: Callable[[], int | None], who: _Key) -> int:
        key, now = (plugin, name, who), self._clock()
        with self._lock:
            at, number = self._kept.get(key, (now - SECONDS, 0))
        if now - at < SECONDS:
            return number
        number = hooks.guarded(plugin, f"counter {name}", lambda: _number(count())) or 0
        with self._lock:
            self._kept[key] = (now, number)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return number


def _number(value: int | None) -> int:
    if value is not None and not isinstance(value, int):
        raise TypeError("a counter gives a whole number or None")
    return max(value or 0, 0)
