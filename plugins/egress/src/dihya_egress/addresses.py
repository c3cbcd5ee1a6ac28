"""Which addresses a name may lead to, and connecting to no other."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


def carried(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries (mapped, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inner or address


def objection(address: str, *, private: bool) -> str:
    """Return what kind of address may not be called, or nothing.

    Args:
        private: whether this machine and private networks are allowed. Link-local addresses, where clouds keep their
            credentials, multicast and reserved ones never are.
    """
    found = carried(ipaddress.ip_address(address.partition("%")[0]))
    if found.is_link_local:
        return "link-local"
    if found.is_multicast or found.is_unspecified or (found.is_reserved and not found.is_loopback):
        return "reserved"
    if found.is_loopback:
        return "" if private else "this machine's own"
    return "" if found.is_global or (private and found.is_private) else "private"


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


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
