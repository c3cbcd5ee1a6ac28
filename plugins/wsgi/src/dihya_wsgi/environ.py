"""A parsed request as PEP 3333 hands it to the application."""

from __future__ import annotations

import re
import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes, urlsplit

MOST_NAMES = 1000
LANE = "dihya.lane"
"""In the WSGI environment: the view, where it is one that has a part of the threads only."""
DOOR = "dihya.door"
"""In the WSGI environment of every request that this server received: streams are kept in its loop."""
WEBSOCKET = "dihya.websocket"
"""In the WSGI environment of a request that asks for a WebSocket, in place of its header ``Upgrade``."""
_names: dict[bytes, str] = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*)(?::[0-9]{0,5})?")
_ONCE = frozenset({"HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH"})


class BadRequest(ValueError):
    """The request cannot be understood in one way only."""


def key(name: bytes) -> str | None:
    """Return the WSGI name of a header; None for one with ``_``, which could pretend to be another."""
    found = _names.get(name)
    if found is None:
        lowered = name.lower()
        if b"_" in lowered:
            return None
        found = _names.get(lowered) or "HTTP_" + lowered.decode("latin-1").upper().replace("-", "_")
        if len(_names) < MOST_NAMES:
            _names[name] = found
    return found


def add_header(environ: dict[str, Any], name: bytes, value: bytes) -> None:
    """Add one header. Raises BadRequest when one that says where or how much is said twice, and for a host that is none."""
    known = key(name)
    if known is None:
        return
    text = value.decode("latin-1")
    if known not in environ:
        environ[known] = _host(text) if known == "HTTP_HOST" else text
    elif known in _ONCE:
        raise BadRequest(f"{name.decode('latin-1')} is said twice")
    else:
        environ[known] += f"{'; ' if known == 'HTTP_COOKIE' else ','}{text}"


def target(environ: dict[str, Any], raw: bytes) -> None:
    """Set path and query of the request target. Raises BadRequest for what is neither a path, a URL nor ``*``."""
    text = raw.decode("latin-1")
    environ["REQUEST_URI"] = environ["RAW_URI"] = text
    if not text.startswith("/"):
        text = _path_of_url(environ, text)
    path, _, query = text.partition("#")[0].partition("?")
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query


def _path_of_url(environ: dict[str, Any], text: str) -> str:
    if text == "*":
        return "/*"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BadRequest("the request target is neither a path nor a URL")
    environ["HTTP_HOST"] = _host(parts.netloc)  # RFC 9112, 3.2.2: the target counts, the Host header does not
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _host(text: str) -> str:
    """Return a host with or without a port. Raises BadRequest for all else (RFC 9112, 3.2): another part reads another name in it."""
    if not _HOST.fullmatch(text):
        raise BadRequest("the Host header holds no host")
    return text


def base(local: tuple[str, int], peer: tuple[str, int], workers: int) -> dict[str, Any]:
    """Return what is the same for every request of a connection."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": local[0],
        "SERVER_PORT": str(local[1]),
        "REMOTE_ADDR": peer[0],
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": workers > 1,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        DOOR: True,
    }


def set_body(environ: dict[str, Any], reader: IO[bytes], size: int, chunked: bool) -> None:
    """Hand the received body over; its length is known by now, however it was sent."""
    environ["wsgi.input"] = reader
    if chunked:
        environ.pop("HTTP_TRANSFER_ENCODING", None)
    if chunked or not size:
        environ["CONTENT_LENGTH"] = str(size)


def asks_for_websocket(environ: dict[str, Any]) -> bool:
    """Tell whether a request asks for a WebSocket, and let it be routed like any other GET: Werkzeug would look for a rule
    of its own kind."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return False
    environ[WEBSOCKET] = environ.pop("HTTP_UPGRADE")
    return True
