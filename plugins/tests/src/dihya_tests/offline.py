"""Imported at the start of every Python process of a proof: refuses to connect anywhere but to itself, and says so."""

from __future__ import annotations

import json
import os
import sys
from ipaddress import ip_address

WITNESS = "PROOF_PIPE"
NUMBER = os.environ.get(WITNESS)
REFUSED = "refused"
"""Name of the line that tells whom the code wanted to reach."""


def is_local(host: str) -> bool:
    """True for this machine's own addresses and for Unix sockets that are in reach."""
    if host in ("", "localhost") or host.startswith("\0"):
        return True
    if host.startswith("/"):
        return os.path.exists(host)  # outside of the sandbox there is none
    try:
        address = ip_address(host)
        return address.is_loopback or address.is_unspecified  # what has no address is reached here, if anywhere
    except ValueError:
        return False


def is_number(host: object) -> bool:
    """True for an address that is no name: whatever is done with it, nobody is asked for it."""
    try:
        return bool(ip_address(host.decode() if isinstance(host, bytes) else str(host)))
    except ValueError:
        return False


def refuse(event: str, arguments: tuple) -> None:
    """Raise PermissionError for a connection or a name look-up that would leave this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = "" if is_number(arguments[0]) else arguments[0]  # a number is looked up nowhere
    elif event == "socket.gethostbyaddr":
        address = arguments[0]
    else:
        return
    host = address[0] if isinstance(address, tuple) else address
    text = host.decode("utf-8", "replace") if isinstance(host, bytes) else str(host or "")
    if not is_local(text):
        _tell(text)
        raise PermissionError(f"a proof runs without network, and this code wants to reach {text!r}")


def _tell(target: str) -> None:
    """Write the target down for the prover; a program that was started later does not have the pipe any more."""
    if NUMBER is not None:
        line = {"name": REFUSED, "passed": False, "seconds": 0.0, "detail": target[:300]}
        try:
            os.write(int(NUMBER), json.dumps(line).encode() + b"\n")
        except OSError:
            return  # the kernel counts it all the same


sys.addaudithook(refuse)
