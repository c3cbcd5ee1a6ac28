"""Which names this server answers to."""

from __future__ import annotations

import socket

import pytest


def status(app, host, **headers):
    return app.client().get("/answers/short", headers={"Host": host, **headers}).status_code


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "192.0.2.7", "app.localhost", socket.gethostname()],
)
def test_addresses_and_local_names_are_ours(web, host):
    """Without any setting."""
    assert status(web(), host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "a b", "127.0.0.1.nip.io"]
)
def test_foreign_names_are_refused(web, host):
    """A page whose name points at this machine reads nothing (DNS rebinding)."""
    assert status(web(), host) == 421
    assert status(web(), host, **{"X-Forwarded-Host": "localhost"}) == 421


def test_the_operator_names_what_is_ours(web):
    """Names that the operator lists are ours and no others; a dot in front means everything below."""
    app = web(allowed_hosts=["Dihya.example", ".org.example"])
    assert status(app, "dihya.example:8443") == status(app, "a.org.example") == status(app, "org.example") == 200
    assert status(app, "localhost") == status(app, "notorg.example") == 421
    assert status(web(allowed_hosts=["*"]), "anything.example") == 200


def test_a_trusted_proxy_says_the_name(web):
    """It knows for whom it works; a list counts for it too."""
    said = {"X-Forwarded-Host": "dihya.example"}
    assert status(web(trusted_proxies=["127.0.0.1/32"]), "backend", **said) == 200
    assert status(web(trusted_proxies=["127.0.0.1/32"], allowed_hosts=["other.example"]), "backend", **said) == 421
