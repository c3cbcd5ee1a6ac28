"""WebSockets in the loop: frames of the client are heard in threads, what is new goes out as texts."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.web import Socket
from wsproto.connection import Connection as Frames
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from .streams import OpenStream

if TYPE_CHECKING:
    from .connection import Connection
    from .exchange import Exchange

log = logging.getLogger("dihya.wsgi")
LONGEST = 64 * 1024
"""Characters of a text, in as many frames as it comes."""
AHEAD = 16
"""Texts that may wait to be heard; then the client is not read."""
SILENT = 3
"""Heartbeats without a sign of the client after which it is gone."""
AGAIN = 0.05
DONE, LEAVING, PROTOCOL, NO_TEXT, REFUSED, TOO_LONG, BROKEN = 1000, 1001, 1002, 1003, 1008, 1009, 1011


class OpenSocket(OpenStream):
    """A WebSocket whose handshake is over."""

    stream: Socket

    def __init__(self, connection: Connection, exchange: Exchange, stream: Socket) -> None:
        self.frames = Frames(ConnectionType.SERVER)
        self.parts: list[str] = []
        self.size = 0
        self.waiting: deque[str] = deque()
        self.hearing = False
        self.alive = connection.loop.time()
        super().__init__(connection, exchange, stream)

    # From the client.

    def received(self, data: bytes) -> None:
        """Take what came over the line."""
        if self.over:
            return
        self.alive = self.loop.time()
        try:
            self.frames.receive_data(data)
            for event in self.frames.events():
                self._take(event)
                if self.over:
                    return
        except RemoteProtocolError as error:
            self.close(error.event_hint.code if isinstance(error.event_hint, CloseConnection) else PROTOCOL)
            return
        if len(self.waiting) >= AHEAD or self.connection.stalled:
            self.connection.transport.pause_reading()
        self._hear()

    def _take(self, event: Any) -> None:
        if isinstance(event, TextMessage):
            self.parts.append(event.data)
            self.size += len(event.data)
            if self.size > LONGEST:
                self.close(TOO_LONG)
            elif event.message_finished:
                self.waiting.append("".join(self.parts))
                self.parts, self.size = [], 0
        elif isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, CloseConnection):
            self._send(event.response())
            self._leave()
        elif isinstance(event, BytesMessage):
            self.close(NO_TEXT, "this socket speaks text")

    def _hear(self) -> None:
        """Let the next text be heard, in a thread; this view has a part of the threads only."""
        if self.hearing or self.over or not self.waiting:
            return
        text, lane = self.waiting[0], f"socket {self.exchange.environ['PATH_INFO']}"
        if self.door.threads.submit(lambda: self._heard(text), lane=lane):
            self.waiting.popleft()
            self.hearing = True
        else:
            self.loop.call_later(AGAIN, self._hear)

    def _heard(self, text: str) -> None:
        code, reason = 0, ""
        try:
            self.stream.heard(text)
        except DihyaError as error:
            code, reason = REFUSED, str(error)
        except Exception:
            log.exception("a text of a socket could not be heard")
            code = BROKEN
        self.loop.call_soon_threadsafe(self._was_heard, code, reason)

    def _was_heard(self, code: int, reason: str) -> None:
        self.hearing = False
        if self.over:
            return
        if code:
            self.close(code, reason)
            return
        if len(self.waiting) < AHEAD and not self.connection.stalled:
            self.connection.transport.resume_reading()
        self._hear()

    # To the client.

    def _say(self, blocks: Sequence[str], last: bool) -> None:
        for block in blocks:
            self._send(TextMessage(data=block))
        if last:
            self._send(CloseConnection(code=DONE))

    def _beat(self) -> None:
        if self.loop.time() - self.alive > SILENT * self.stream.heartbeat:
            self.close(LEAVING)
        else:
            self._send(Ping())

    def leave(self) -> None:
        """Say that the server ends: a client connects again."""
        self.close(LEAVING)

    def close(self, code: int, reason: str = "") -> None:
        """Say why it is over, and end."""
        self._send(CloseConnection(code=code, reason=reason.encode()[:120].decode("utf-8", "ignore") or None))
        self._leave()

    def _leave(self) -> None:
        self.end()
        self.connection.hang_up()

    def _send(self, event: Any) -> None:
        if self.frames.state in (ConnectionState.CLOSED, ConnectionState.LOCAL_CLOSING):
            return
        try:
            self.connection.write(self.frames.send(event))
        except LocalProtocolError:
            log.exception("a frame could not be sent")
            self._leave()
