"""How a request becomes a WebSocket (RFC 6455, section 4): what it must ask for, and what it is answered with."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.i18n import gettext as _

from .environ import DOOR, WEBSOCKET

if TYPE_CHECKING:
    from flask import Request

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
VERSION = "13"


def agreed(request: Request) -> dict[str, str]:
    """Return the headers of the answer. Raises Invalid (426), and Refused for a page of another site."""
    key = request.headers.get("Sec-WebSocket-Key", "")
    asks = WEBSOCKET in request.environ or request.headers.get("Upgrade", "").lower() == "websocket"
    if not asks or request.headers.get("Sec-WebSocket-Version") != VERSION or not _is_key(key):
        raise _upgrade(_("this address speaks WebSocket (version 13) only; connect with a WebSocket client"))
    if DOOR not in request.environ:
        raise _upgrade(_("WebSockets need Dihya’s own server; start it by 'dihya serve'"))
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise Refused(_("a page of another site may not open this socket"), code="origin")
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()  # noqa: S324 - as the RFC has it
    return {"Upgrade": "websocket", "Sec-WebSocket-Accept": accept}


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _upgrade(message: str) -> Invalid:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": VERSION}
    return Invalid(message, code="websocket", status=426, headers=headers)
