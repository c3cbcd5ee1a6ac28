"""Tells the server whose sign-ins it need not ask about for a moment: everybody's while all places are taken, and a guessing network's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from time import monotonic
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.web import CLOSED, Closed

from . import devices
from .lockout import network
from .passwords import Passwords
from .places import RETRY
from .secret import Secret

if TYPE_CHECKING:
    from flask import Request

COOLS, PAUSE, MOST = 2.0, 0.5, 10_000
"""A network stays hot for so many seconds after a delayed attempt; one attempt of it in so many is looked at meanwhile."""


class Crowd:
    """Knows when nobody need ask, and which networks guess; shared by all sign-ins of this process.

    Args:
        clock: returns seconds.
    """

    def __init__(self, secret: Secret, clock: Callable[[], float] = monotonic) -> None:
        self._secret, self._clock, self._lock = secret, clock, threading.Lock()
        self._full_until = 0.0
        self._hot: dict[str, tuple[float, float]] = {}

    def fill(self) -> None:
        """Remember that all places of strangers are taken."""
        self._full_until = self._clock() + RETRY

    def heat(self, address: str | None) -> None:
        """Remember that an attempt of this address's network was delayed."""
        now, name = self._clock(), network(address)
        with self._lock:
            _, following = self._hot.pop(name, (0.0, now + PAUSE))
            self._hot[name] = now + COOLS, following
            if len(self._hot) > MOST:
                del self._hot[next(iter(self._hot))]

    def lets_in(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether the application is to be asked; asked in the server's loop, where the address is who connects."""
        if is_known(self._secret, environ):
            return True
        return self._clock() >= self._full_until and self._passes(network(environ.get("REMOTE_ADDR")))

    def _passes(self, name: str) -> bool:
        with self._lock:
            if (found := self._hot.get(name)) is None:
                return True
            now, (ends, following) = self._clock(), found
            if now >= ends:
                del self._hot[name]
            elif now < following:
                return False
            else:
                self._hot[name] = ends, now + PAUSE
            return True


@contextmanager
def closing_when_full(request: Request) -> Iterator[None]:
    """Let the server refuse by itself what this sign-in was refused for, but for browsers that we know."""
    try:
        yield
    except DihyaError as error:
        crowd = get(Crowd)
        if error.code == "busy" and get(Passwords).places.is_full():
            crowd.fill()
            request.environ[CLOSED] = Closed(RETRY, crowd.lets_in)
        elif error.code == "too-many-attempts":
            crowd.heat(request.remote_addr)
            request.environ[CLOSED] = Closed(COOLS, crowd.lets_in)
        raise


def is_known(secret: Secret, environ: Mapping[str, Any]) -> bool:
    """Tell whether a request comes from a browser in which somebody signed in before."""
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return False
    return any(
        name.endswith("dihya-device") and devices.genuine(secret, morsel.value) for name, morsel in cookies.items()
    )
