"""How the client sends and connects: the guard is asked first, and observers are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import httpcore2
import httpx2
from dihya_hookspecs.observe import Observation

from .addresses import addresses

if TYPE_CHECKING:
    from .service import Guard


class Backend(httpcore2.SyncBackend):
    """Connects only to addresses that are allowed: the one that was looked at is the one that is connected to.

    Args:
        check: takes (host, address) and raises for one that may not be called.
        resolve: looks up a host; returns its addresses.
    """

    def __init__(
        self, check: Callable[[str, str], None], resolve: Callable[[str, int], Iterable[str]] | None = None
    ) -> None:
        self._check, self._resolve = check, resolve or addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first allowed address that answers. Raises what *check* raises when there is none."""
        refused: Exception | None = None
        failed: Exception | None = None
        try:
            found = list(self._resolve(host, port))
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        for address in found:
            try:
                self._check(host, address)
            except Exception as error:
                refused = error
                continue
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed or refused or httpcore2.ConnectError(f"{host!r} has no address")

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        """Raises ConnectError: a socket file is no declared host."""
        raise httpcore2.ConnectError("socket files are not reached through this client")


class Transport(httpx2.HTTPTransport):
    """Asks the guard before each request and before each connection, and tells observers of each request."""

    def __init__(self, guard: Guard, observation: Observation, **options: Any) -> None:
        super().__init__(trust_env=False, **options)
        self._guard, self._observation = guard, observation
        if not hasattr(self._pool, "_network_backend"):
            raise RuntimeError("this version of httpx2 hides how it connects; install the pinned one")
        self._pool._network_backend = Backend(guard.address)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; redirects come here again."""
        host = request.url.host
        self._guard.host(host)
        with self._observation.span("egress", host, plugin=self._guard.plugin) as span:
            response = super().handle_request(request)
            span.facts |= {"method": request.method, "status": response.status_code}
            return response
