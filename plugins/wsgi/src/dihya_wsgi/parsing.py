"""What a client sends becomes requests: environments with their bodies, or a refusal of what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import httptools

from . import environ as wsgi
from . import refusals
from .refusals import Refusal

if TYPE_CHECKING:
    from .body import Body
    from .door import Door

MOST_HEADERS = 100


class Unreadable(Exception):
    """Bytes of which no request can be made; *refusal* is the answer to them."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Reader(Protocol):
    """Who is told of requests: the connection."""

    def expects_body(self, environ: dict[str, Any], version: str) -> None:
        """A request has a body that is still to come."""

    def received(self, environ: dict[str, Any], body: Body | None, keep: bool) -> bool:
        """A request is whole; return False for one too many."""


class RequestParser:
    """Parses what one connection receives; httptools calls the ``on_…`` methods meanwhile.

    Attributes:
        base: what the environments of all its requests have in common.
        environ: the environment of the newest request.
        body: the body that is being received.
        head_bytes: how much was received of the request that is not whole yet.
        websocket: whether the newest request asks for a WebSocket.
    """

    def __init__(self, reader: Reader, door: Door) -> None:
        self._reader, self._door = reader, door
        self._parser = httptools.HttpRequestParser(self)
        self.base: dict[str, Any] = {}
        self.environ: dict[str, Any] = {}
        self.body: Body | None = None
        self.head_bytes = self._headers = 0
        self.websocket = self._in_head = False
        self._url = b""
        self._refusal = refusals.BAD

    def feed(self, data: bytes) -> bytes | None:
        """Parse *data*; return the rest of it where another protocol than HTTP begins. Raises Unreadable."""
        self.head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return data[upgrade.args[0] :]
        except (httptools.HttpParserError, httptools.HttpParserCallbackError, wsgi.BadRequest):
            raise Unreadable(self._refusal) from None
        if self._in_head and self.head_bytes > self._door.plan.header_bytes:
            raise Unreadable(refusals.HEADERS)
        return None

    def drop_body(self) -> None:
        """Let go of a body that nobody will read."""
        self._door.drop(self.body)
        self.body = None

    def on_message_begin(self) -> None:
        self.environ, self._url, self._headers, self._in_head = dict(self.base), b"", 0, True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer: nobody may say afterwards who they are
        self._headers += 1
        if self._headers > MOST_HEADERS:
            self._refuse(refusals.HEADERS)
        wsgi.add_header(self.environ, name, value)

    def on_headers_complete(self) -> None:
        environ, parser = self.environ, self._parser
        self._in_head = False
        environ["REQUEST_METHOD"] = parser.get_method().decode()
        version = parser.get_http_version()
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        wsgi.target(environ, self._url)
        if version not in ("1.0", "1.1") or ("HTTP_HOST" not in environ and version == "1.1"):
            raise wsgi.BadRequest("HTTP/1.1 asks for a Host header")
        length = environ.get("CONTENT_LENGTH")
        if length != "0" and (length is not None or "HTTP_TRANSFER_ENCODING" in environ):
            self._expect_body(environ, version)

    def _expect_body(self, environ: dict[str, Any], version: str) -> None:
        self.body = body = self._door.body_for(environ)
        if int(environ.get("CONTENT_LENGTH", 0)) > body.most:
            self._refuse(refusals.LARGE)
        self._reader.expects_body(environ, version)

    def on_body(self, data: bytes) -> None:
        if self.body and (status := self.body.add(data)):
            self._refuse(refusals.LARGE if status == 413 else refusals.FULL)

    def on_message_complete(self) -> None:
        body, self.body = self.body, None
        chunked = "HTTP_TRANSFER_ENCODING" in self.environ
        reader, size = (body.reader(), body.received) if body else (self._door.nothing(), 0)
        wsgi.set_body(self.environ, reader, size, chunked)
        keep = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        self.websocket = wsgi.asks_for_websocket(self.environ)
        self.head_bytes = 0
        if not self._reader.received(self.environ, body, keep):
            self._door.drop(body)
            raise wsgi.BadRequest("too many requests at once")

    def _refuse(self, refusal: Refusal) -> None:
        self._refusal = refusal
        raise wsgi.BadRequest(refusal.code)
