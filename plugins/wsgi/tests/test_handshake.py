"""What a request must ask for to become a WebSocket."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid, Refused
from dihya_wsgi.environ import DOOR
from dihya_wsgi.handshake import agreed
from flask import Request
from werkzeug.test import EnvironBuilder

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@pytest.fixture
def asked():
    """Return a function that makes a request with the headers of a handshake, some of them otherwise."""

    def make(door=True, **other):
        headers = {
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
            "Host": "here.example",
        }
        headers |= {name.replace("_", "-"): value for name, value in other.items()}
        environ = EnvironBuilder(headers={name: value for name, value in headers.items() if value}).get_environ()
        return Request({**environ, DOOR: object()} if door else environ)

    return make


def test_the_key_of_the_standard_is_answered_as_there(asked):
    """RFC 6455, section 1.3."""
    assert agreed(asked())["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    "other",
    [
        {"Upgrade": ""},
        {"Upgrade": "h2c"},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Key": "é"},
    ],
)
def test_anything_else_is_told_to_upgrade(asked, other):
    """426 with the version that is spoken here."""
    with pytest.raises(Invalid) as caught:
        agreed(asked(**other))
    assert caught.value.status == 426 and caught.value.headers["Sec-WebSocket-Version"] == "13"


def test_another_server_cannot(asked):
    """A server that holds a thread for each connection says which one can."""
    with pytest.raises(Invalid, match="dihya serve"):
        agreed(asked(door=False))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://here.example.evil.example"])
def test_a_page_of_another_site_opens_no_socket(asked, origin):
    """Browsers send cookies along with any site's socket; only the same host is let in."""
    with pytest.raises(Refused):
        agreed(asked(Origin=origin))
    assert agreed(asked(Origin="https://here.example"))
