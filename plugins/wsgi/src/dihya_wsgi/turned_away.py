"""Who need not ask the application again for a moment, because it said so: answered in the loop, without a thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.web import CLOSED, TURNED_AWAY

from .refusals import AWAY, CROWD, Refusal

if TYPE_CHECKING:
    from dihya_hookspecs.web import Closed

log = logging.getLogger("dihya.wsgi")
LONGEST, MOST = 2.0, 10_000
PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds that each further refusal of an address waits longer, up to the longest: whoever waits for answers asks less."""
FORGIVEN = 10.0
"""Seconds without a refusal after which an address is refused at once again."""


@dataclass(slots=True)
class Asker:
    """An address that asked a view too often.

    Attributes:
        until: when the application is asked again.
        times: how often it was refused here.
    """

    until: float
    times: int = 0


class TurnedAway:
    """Remembers addresses that asked too often, and views that are overrun.

    Args:
        clock: returns seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._addresses: dict[tuple[str, str], Asker] = {}
        self._closed: dict[str, tuple[float, Closed]] = {}

    def learn(self, peer: str, environ: Mapping[str, Any]) -> None:
        """Take what the application left in the environment of a request that it has answered."""
        if seconds := environ.get(TURNED_AWAY):
            self._refused(peer, _view(environ), min(seconds, LONGEST))
        if closed := environ.get(CLOSED):
            self._closed[_view(environ)] = (self._clock() + min(closed.seconds, LONGEST), closed)

    def _refused(self, peer: str, view: str, seconds: float) -> None:
        now = self._clock()
        asker = self._addresses.pop((peer, view), None)
        if asker is None or asker.until + FORGIVEN < now:
            asker = Asker(now)
        asker.until = now + seconds
        self._addresses[peer, view] = asker
        if len(self._addresses) > MOST:
            del self._addresses[next(iter(self._addresses))]

    def refusal(self, peer: str, environ: Mapping[str, Any]) -> tuple[Refusal, float] | None:
        """Return how this request is refused and after how many seconds, or None when the application is to be asked."""
        if not self._addresses and not self._closed:
            return None
        view, now = _view(environ), self._clock()
        asker = self._addresses.get((peer, view))
        if asker is not None and asker.until > now:
            asker.times += 1
            return AWAY, min(PAUSE * (asker.times - 1), LONGEST_PAUSE)
        if (found := self._closed.get(view)) is not None:
            if found[0] <= now:
                del self._closed[view]
            elif not _lets_in(found[1], environ):
                return CROWD, LONGEST_PAUSE
        return None


def _view(environ: Mapping[str, Any]) -> str:
    return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"


def _lets_in(closed: Closed, environ: Mapping[str, Any]) -> bool:
    try:
        return closed.lets_in(environ)
    except Exception:
        log.exception("who is let in could not be asked; the application decides")
        return True
