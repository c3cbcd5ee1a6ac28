"""Who the client is, and where the application lies, when a proxy stands between."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

log = logging.getLogger("dihya.middleware")
THROUGH_PROXY = "dihya.through_proxy"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
              "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP", "HTTP_FORWARDED")  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_PAIR = re.compile(r'\s*(for|proto|host|by)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,"\s]+)\s*', re.IGNORECASE)


class TrustedProxies:
    """Believes ``X-Forwarded-For``, ``-Proto``, ``-Host``, ``-Prefix`` or ``Forwarded`` from the given networks only.

    What others send under these names is taken away, so that nothing behind this step can believe it by accident.

    Args:
        stranger: told the address of a proxy on this machine or network that is not trusted, at its first request.
    """

    def __init__(
        self, networks: Sequence[IPv4Network | IPv6Network], stranger: Callable[[str], None] = lambda address: None
    ) -> None:
        self._networks = tuple(networks)
        self._stranger = stranger
        self._told = False

    def before(self, request: Request) -> None:
        """Set address, scheme, host and root of the request to those that the client sees."""
        self._name(request)
        environ = request.environ
        said = {name: environ.pop(name) for name in _FORWARDED if name in environ}
        if not said:
            return
        peer = environ.get("REMOTE_ADDR", "")
        if not self._trusts(peer):
            self._tell(peer)
            return
        environ[THROUGH_PROXY] = True
        if "HTTP_FORWARDED" in said:
            said = {**_standard(said["HTTP_FORWARDED"]), **said}
        if forwarded := said.get("HTTP_X_FORWARDED_FOR"):
            environ["REMOTE_ADDR"] = request.remote_addr = self._client(forwarded, peer)
        scheme = said.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = request.scheme = scheme
        host = said.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
        if _HOST.fullmatch(host):
            environ["HTTP_HOST"] = request.host = host
        prefix = said.get("HTTP_X_FORWARDED_PREFIX", "").rpartition(",")[2].strip().rstrip("/")
        if _PREFIX.fullmatch(prefix) and "/.." not in prefix:
            environ["SCRIPT_NAME"] = request.root_path = prefix
        _relink(request)

    def _name(self, request: Request) -> None:
        """Keep what a trusted proxy calls the request, as a fact of its audit events beside our own id."""
        named = request.environ.get("HTTP_X_REQUEST_ID")
        if named and _ID.fullmatch(named) and self._trusts(request.environ.get("REMOTE_ADDR")):
            request.environ["dihya.request_id"] = named

    def _tell(self, peer: str) -> None:
        """Say once that a proxy is not believed; anybody on the open network may write such headers."""
        address = _address(peer)
        if self._told or address is None or not address.is_private:
            return
        self._told = True
        log.warning(
            "a proxy at %s sends X-Forwarded-* headers, but is not in middleware.trusted_proxies; so every client counts "
            "as that proxy, and https is not known", address,
        )  # fmt: skip
        self._stranger(str(address))

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


def _standard(forwarded: str) -> dict[str, str]:
    """Return ``Forwarded`` (RFC 7239) under the names that everybody uses."""
    found: dict[str, list[str]] = {"for": [], "proto": [], "host": []}
    for name, value in _PAIR.findall(forwarded):
        found.setdefault(name.lower(), []).append(value.strip('"'))
    return {f"HTTP_X_FORWARDED_{name.upper()}": ",".join(values) for name, values in found.items() if values}


def _relink(request: Request) -> None:
    for name in ("script_root", "url_root", "root_url", "host_url", "base_url", "url"):
        request.__dict__.pop(name, None)
    # Flask has bound its links (url_for) to the request before any step runs.
    from flask.globals import request_ctx
    from werkzeug.routing import RequestRedirect

    if (links := request_ctx.url_adapter) is not None:
        links.server_name, links.url_scheme = request.host, request.scheme
        links.script_name = f"{request.root_path.rstrip('/')}/"
        if isinstance(request.routing_exception, RequestRedirect):  # it leads where the proxy is not known yet
            request_ctx.match_request()


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
