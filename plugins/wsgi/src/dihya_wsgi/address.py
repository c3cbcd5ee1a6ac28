"""Can this address be listened on, and what should people read when it cannot?"""

from __future__ import annotations

import errno
import socket

from dihya_hookspecs import DihyaError

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


def free(host: str, port: int) -> str:
    """Return the numeric address for *host* once *port* on it is found free.

    Raises:
        DihyaError: says what is in the way and what to do.
    """
    family, address = _resolved(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # A port that was closed a moment ago is free; SO_REUSEPORT stays off, or a second server would share the port.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
            trial.listen(1)
        except OSError as error:
            raise taken(error, host, port) from error
    return address


def taken(error: OSError, host: str, port: int) -> DihyaError:
    """Return what to tell people when listening failed with *error*."""
    if error.errno == errno.EADDRINUSE:
        message = (
            f"port {port} on {host} is already in use; stop what runs there, or choose another: "
            "dihya serve --port 8001, or make serve PORT=8001"
        )
    elif error.errno == errno.EACCES:
        message = f"port {port} needs rights that this user lacks; choose one from 1024 on (--port 8000, make serve PORT=8000) and put a proxy in front"
    else:
        message = f"cannot listen on {host} port {port}: {error.strerror}; choose an address of this machine with --host (make serve HOST=…)"
    return DihyaError(message, code="address")


def url(address: str, port: int) -> str:
    """Return where a browser on this machine finds what listens on *address*."""
    shown = _EVERYWHERE.get(address, address)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        message = f"host {host!r} is no address of this machine; choose 127.0.0.1, 0.0.0.0 or one of its addresses"
        raise DihyaError(message, code="address") from error
    family, _type, _protocol, _name, where = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(where[0])
