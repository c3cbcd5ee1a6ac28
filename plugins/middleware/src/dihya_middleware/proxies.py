"""Who the client is when a proxy stands between."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
              "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP", "HTTP_FORWARDED")  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HOST = re.compile(r"^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$")


class TrustedProxies:
    """Believes ``X-Forwarded-For``, ``-Proto`` and ``-Host`` from the given networks, and from nobody else.

    What others send under these names is taken away, so that nothing behind this step can believe it by accident.
    """

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)

    def before(self, request: Request) -> None:
        """Set address, scheme and host of the request to those of the client."""
        self._name(request)
        environ = request.environ
        said = {name: environ.pop(name) for name in _FORWARDED if name in environ}
        if not said or not self._trusts(environ.get("REMOTE_ADDR")):
            return
        if forwarded := said.get("HTTP_X_FORWARDED_FOR"):
            environ["REMOTE_ADDR"] = request.remote_addr = self._client(forwarded, environ["REMOTE_ADDR"])
        scheme = said.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = request.scheme = scheme
        host = said.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
        if _HOST.match(host):
            environ["HTTP_HOST"] = request.host = host
        _relink(request)

    def _name(self, request: Request) -> None:
        """Keep what a trusted proxy calls the request, as a fact of its audit events beside our own id."""
        named = request.headers.get("X-Request-ID", "")
        if self._trusts(request.environ.get("REMOTE_ADDR")) and _ID.fullmatch(named):
            request.environ["dihya.request_id"] = named

    def _client(self, forwarded: str, peer: str) -> str:
        """The last address in the chain that is not a proxy of ours; what stands before it was written by anybody."""
        client = peer
        for text in reversed(forwarded.split(",")):
            address = _address(text)
            if address is None:
                break
            client = str(address)
            if not self._trusts(client):
                break
        return client

    def _trusts(self, text: str | None) -> bool:
        address = _address(text or "")
        return address is not None and any(address in network for network in self._networks)


def _relink(request: Request) -> None:
    # Flask has bound its links (url_for) to the request before any step runs.
    from flask.globals import request_ctx

    if (links := request_ctx.url_adapter) is not None:
        links.server_name, links.url_scheme = request.host, request.scheme


def _address(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:4711
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 203.0.113.7:4711
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
