"""Which names this server answers to; others would let a page of somebody else read what stands on this machine."""

from __future__ import annotations

import ipaddress
import platform
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError

from .proxies import THROUGH_PROXY

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


class AllowedHosts:
    """Refuses a Host that is not ours: DNS rebinding points a foreign name at this machine.

    Without a list these are ours: addresses, ``localhost``, the name of this machine, and whatever a trusted proxy says.

    Args:
        allowed: names; ``.example.org`` means every name below it too, ``*`` every name.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(name.lower().rstrip(".") for name in allowed)
        self._own = {"localhost", platform.node().lower()}

    def before(self, request: Request) -> None:
        """Raise DihyaError (421) for a name that is not ours."""
        name = hostname(request.environ.get("HTTP_HOST", ""))
        if not (self._listed(name) if self._allowed else self._is_own(name, request)):
            # The name is not repeated: it is whatever somebody wrote.
            raise DihyaError(
                "this server does not answer to this name; its operator can add it to middleware.allowed_hosts",
                code="host", status=421,
            )  # fmt: skip

    def _listed(self, name: str) -> bool:
        return any(
            each in ("*", name) or (each.startswith(".") and (name.endswith(each) or name == each[1:]))
            for each in self._allowed
        )

    def _is_own(self, name: str, request: Request) -> bool:
        if name in self._own or name.endswith(".localhost") or not name:
            return True
        return _is_address(name) or THROUGH_PROXY in request.environ


def hostname(host: str) -> str:
    """Return the name of a Host header without port, in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


@lru_cache(256)
def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
