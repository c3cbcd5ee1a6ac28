"""How often one address or one person may call a view that says so (``@limited``)."""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import current
from dihya_hookspecs.web import TURNED_AWAY
from flask import current_app

from .proxies import THROUGH_PROXY

if TYPE_CHECKING:
    from dihya_hookspecs.web import Rate
    from werkzeug.wrappers import Request

MOST = 20_000
"""Callers that are remembered; beyond them the one that was seen first is forgotten."""


class Rates:
    """Counts calls in this process: a minute's worth at once, then one by one (GCRA).

    Args:
        factor: how many times what the views declare; 0 for no limit.
    """

    def __init__(self, factor: float, clock: Callable[[], float] = monotonic) -> None:
        self._factor, self._clock = factor, clock
        self._due: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def by_address(self, request: Request) -> None:
        """Raise DihyaError (429) for an address that calls too often; nobody is recognised yet."""
        rate = self._rate(request)
        if rate and rate.by == "address":
            self._demand(request, rate, network(request.remote_addr or ""))

    def by_person(self, request: Request) -> None:
        """Raise DihyaError (429) for a person who calls too often."""
        rate = self._rate(request)
        actor = current().actor
        if rate and rate.by == "person" and actor is not None:
            self._demand(request, rate, actor.id)

    def wait(self, key: tuple[str, str], per_minute: float) -> float:
        """Count a call; return the seconds to wait when it is one too many, and do not count it then."""
        now, step = self._clock(), 60 / per_minute
        with self._lock:
            due = max(self._due.get(key, 0.0), now)
            if due - now > 60 - step:
                return due - now - (60 - step)
            self._due[key] = due + step
            self._due.move_to_end(key)
            while len(self._due) > MOST:
                self._due.popitem(last=False)
        return 0.0

    def _rate(self, request: Request) -> Rate | None:
        endpoint: Any = getattr(request, "endpoint", None)
        if not endpoint or not self._factor:
            return None
        return getattr(current_app.view_functions.get(endpoint), "dihya_rate", None)

    def _demand(self, request: Request, rate: Rate, caller: str) -> None:
        seconds = self.wait((request.endpoint, caller), rate.per_minute * self._factor)  # type: ignore[attr-defined]
        if not seconds:
            return
        wait = math.ceil(seconds)
        if rate.by == "address" and THROUGH_PROXY not in request.environ:
            request.environ[TURNED_AWAY] = wait  # a server that knows the word says the next ones itself
        raise DihyaError(
            f"too many calls at once; try again in {wait} seconds", code="rate-limited", status=429,
            headers={"Retry-After": str(wait)}, params={"seconds": wait},
        )  # fmt: skip


def network(address: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 that an IPv6 subscriber has to themselves."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
