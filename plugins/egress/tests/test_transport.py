"""How the client connects."""

from __future__ import annotations

import httpcore2
import pytest
from dihya_egress.transport import Backend


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(server):
    """A name that would lead elsewhere at its second look-up is looked up once."""
    looked = []

    def resolve(host, port):
        looked.append(host)
        return ["127.0.0.1"] if len(looked) == 1 else ["10.0.0.7"]

    Backend(lambda host, address: None, resolve).connect_tcp("example.org", server.server_port, timeout=5).close()
    assert looked == ["example.org"]


def test_refused_addresses_are_passed_over(server):
    """The first allowed one that answers is taken."""

    def check(host, address):
        if address != "127.0.0.1":
            raise PermissionError(address)

    backend = Backend(check, lambda host, port: ["10.0.0.7", "127.0.0.1"])
    backend.connect_tcp("example.org", server.server_port, timeout=5).close()


def test_a_name_with_refused_addresses_only_is_refused():
    """With the reason of the check."""

    def check(host, address):
        raise PermissionError(address)

    with pytest.raises(PermissionError, match=r"10\.0\.0\.7"):
        Backend(check, lambda host, port: ["10.0.0.7"]).connect_tcp("example.org", 80)


def test_a_name_that_does_not_exist_is_a_connection_that_failed():
    """As without a guard."""

    def resolve(host, port):
        raise OSError("no such host")

    with pytest.raises(httpcore2.ConnectError):
        Backend(lambda host, address: None, resolve).connect_tcp("example.org", 80)


def test_socket_files_are_not_reached():
    """They are no hosts."""
    with pytest.raises(httpcore2.ConnectError):
        Backend(lambda host, address: None).connect_unix_socket("/run/docker.sock")
