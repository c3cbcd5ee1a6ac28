"""Addresses that can be listened on, and what people read when they cannot."""

from __future__ import annotations

import errno
import socket

import pytest
from dihya_hookspecs import DihyaError
from dihya_wsgi import address


def test_names_become_numbers(port):
    """Granian wants a number; a name of this machine is resolved."""
    assert address.free("localhost", port) in ("127.0.0.1", "::1")
    assert address.free("0.0.0.0", port) == "0.0.0.0"  # noqa: S104


def test_a_taken_port_is_refused(port):
    """The error names port, host and option."""
    with socket.create_server(("127.0.0.1", port)), pytest.raises(DihyaError, match=f"port {port} .* in use.*--port"):
        address.free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 300])
def test_an_address_of_another_machine_is_refused(host, port):
    """What cannot be bound is one message that says what to choose."""
    with pytest.raises(DihyaError, match="address of this machine|of its addresses"):
        address.free(host, port)


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "not known"), UnicodeError("label too long")])
def test_a_name_that_nobody_knows_is_refused(error, port, monkeypatch):
    """Whether a name server says so or nobody can be asked for such a name, the message is the same."""

    def unknown(*_arguments, **_options):
        raise error

    monkeypatch.setattr(address.socket, "getaddrinfo", unknown)
    with pytest.raises(DihyaError, match="host 'nowhere' is no address of this machine"):
        address.free("nowhere", port)


def test_a_port_without_rights_says_so():
    """A privileged port points to a proxy."""
    assert "from 1024 on" in address.taken(OSError(errno.EACCES, "no"), "127.0.0.1", 80).message


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(given, shown):
    """Listening everywhere is printed as an address that a browser here can open."""
    assert address.url(given, 80) == shown
