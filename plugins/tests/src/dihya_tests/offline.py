"""Imported at the start of every Python process of a proof: refuses to connect anywhere but to this machine."""

from __future__ import annotations

import sys
from ipaddress import ip_address


def is_local(host: str) -> bool:
    """True for this machine's own addresses and for Unix sockets."""
    if host in ("", "localhost") or host.startswith(("/", "\0")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refuse(event: str, arguments: tuple) -> None:
    """Raise PermissionError for a connection or a name look-up that would leave this machine."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments[0]
    else:
        return
    host = address[0] if isinstance(address, tuple) else address
    text = host.decode("utf-8", "replace") if isinstance(host, bytes) else str(host or "")
    if not is_local(text):
        raise PermissionError(f"a proof runs without network, and this code wants to reach {text!r}")


sys.addaudithook(refuse)
