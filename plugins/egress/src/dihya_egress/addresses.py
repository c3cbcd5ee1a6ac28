"""Which addresses a name may lead to."""

from __future__ import annotations

import ipaddress
import socket

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


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
