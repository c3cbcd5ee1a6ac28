"""What was said on each topic lately, and who wants to hear of more."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from dihya_hookspecs.channels import Batch, Message, Position

log = logging.getLogger("dihya.wsgi")
MOST = 10_000
"""Topics whose messages are kept; beyond them the one that was silent longest is forgotten."""


@dataclass(slots=True)
class _Kept:
    """Attributes: floor: the offset of the last message that was thrown away."""

    floor: int
    messages: deque[tuple[int, str]] = field(default_factory=deque)


class History:
    """Keeps the last messages of each subject, under offsets that rise through all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followers: dict[str, dict[object, Callable[[], None]]] = {}
        self._forget()

    def _forget(self) -> None:
        self._epoch, self._last, self._floor = secrets.token_hex(8), 0, 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def add(self, subject: str, data: str, most: int) -> None:
        """Take a message, keep the last *most* of its subject, and wake who follows it."""
        with self._lock:
            self._last += 1
            kept = self._kept.setdefault(subject, _Kept(self._floor))
            kept.messages.append((self._last, data))
            while len(kept.messages) > most:
                kept.floor = kept.messages.popleft()[0]
            self._kept.move_to_end(subject)
            if len(self._kept) > MOST:
                _, oldest = self._kept.popitem(last=False)
                self._floor = max(self._floor, oldest.floor, *(offset for offset, _ in oldest.messages))
            wakes = list(self._followers.get(subject, {}).values())
        _call(wakes)

    def since(self, subject: str, after: Position | None) -> Batch:
        """Return what came after a position; see the contract."""
        with self._lock:
            here = Position(self._epoch, self._last)
            if after is None:
                return Batch((), here)
            kept = self._kept.get(subject)
            floor = kept.floor if kept else self._floor
            if after.epoch != self._epoch or not floor <= after.offset <= self._last:
                return Batch((), here, lost=True)
            found = [(offset, data) for offset, data in kept.messages if offset > after.offset] if kept else []
            return Batch(tuple(Message(Position(self._epoch, offset), data) for offset, data in found), here)

    def follow(self, subject: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* at each message of *subject*; return what ends that."""
        token = object()
        with self._lock:
            self._followers.setdefault(subject, {})[token] = wake
        return lambda: self._leave(subject, token)

    def _leave(self, subject: str, token: object) -> None:
        with self._lock:
            others = self._followers.get(subject, {})
            others.pop(token, None)
            if not others:
                self._followers.pop(subject, None)

    def lose(self) -> None:
        """Begin a new epoch: messages may have been missed, and everybody who follows anything is woken to hear so."""
        with self._lock:
            self._forget()
            wakes = [wake for followers in self._followers.values() for wake in followers.values()]
        _call(wakes)


def _call(wakes: list[Callable[[], None]]) -> None:
    for wake in wakes:
        try:
            wake()
        except Exception:
            log.exception("a follower could not be woken")
