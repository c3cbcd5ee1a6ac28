"""The answers of one connection: made in a thread, kept in the loop as a stream, or over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dihya_hookspecs.web import Socket

from . import refusals
from .body import Body
from .environ import LANE
from .exchange import Exchange

if TYPE_CHECKING:
    from dihya_hookspecs.web import Stream

    from .connection import Connection
    from .streams import OpenStream


def opened(connection: Connection, exchange: Exchange, stream: Stream) -> OpenStream:
    """Return what keeps a stream or a socket in the loop."""
    from .streams import OpenStream

    if not isinstance(stream, Socket):
        return OpenStream(connection, exchange, stream)
    from .sockets import OpenSocket

    return OpenSocket(connection, exchange, stream)


class Answers:
    """Implements ``exchange.Receiver``: those three methods are called in threads, all others in the loop.

    Attributes:
        exchange: the request that is being answered.
        stream: what is kept in the loop in the place of a thread.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection, self.door, self.loop = connection, connection.door, connection.loop
        self.exchange: Exchange | None = None
        self.stream: OpenStream | None = None
        self._more = False

    def begin(self, environ: dict[str, Any], body: Body | None, keep: bool, chunks: bool) -> bool:
        """Hand a request on; return False where no thread takes it."""
        self.exchange = Exchange(self.door.app, environ, body, self, keep, chunks, self.door.date())
        if self.door.threads.submit(self.exchange.work, lane=environ.get(LANE, "")):
            return True
        self.exchange = None
        return False

    def go_on(self) -> None:
        """Send more: the client reads again."""
        if self.stream is not None:
            self.connection.transport.resume_reading()
        if self._more and self.exchange:
            self._more = False
            self.door.threads.submit(self.exchange.work, always=True)

    def be_the_last(self) -> None:
        """Let the connection end after the answer that is under way."""
        if self.exchange is not None:
            self.exchange.keep = False

    def lose(self) -> None:
        """Let go of what nobody will read: the client is gone."""
        if self.stream:
            self.stream.end()
        if self.exchange:
            self.exchange.gone = True
            if self._more:
                self.door.threads.submit(self.exchange.work, always=True)

    # The exchange tells, from its thread.

    def answered(self, exchange: Exchange, data: bytes, more: bool) -> None:
        self.loop.call_soon_threadsafe(self._answered, exchange, data, more)

    def streams(self, exchange: Exchange, head: bytes, stream: Stream) -> None:
        self.loop.call_soon_threadsafe(self._streams, exchange, head, stream)

    def failed(self, exchange: Exchange, begun: bool) -> None:
        self.loop.call_soon_threadsafe(self._failed, exchange, begun)

    # And what the loop does about it.

    def _answered(self, exchange: Exchange, data: bytes, more: bool) -> None:
        connection = self.connection
        if connection.lost:
            self._part_with(exchange, more)
            return
        if not exchange.told:
            connection.pace.begin(self.loop.time() + self.door.plan.answer_seconds)
            exchange.told = True
        connection.write(data)
        self.door.turned_away.learn(connection.peer[0], exchange.environ)
        if not more:
            connection.pace.complete()
            self.exchange = None
            self.door.drop(exchange.body)
            if exchange.keep:
                connection.next()
            else:
                connection.hang_up()
        elif not connection.stalled:
            self.door.threads.submit(exchange.work, always=True)
        else:
            self._more = True

    def _part_with(self, exchange: Exchange, more: bool) -> None:
        """Let the application close what nobody reads any more."""
        if more:
            exchange.gone = True
            self.door.threads.submit(exchange.work, always=True)
        else:
            self.exchange = None
            self.door.drop(exchange.body)

    def _streams(self, exchange: Exchange, head: bytes, stream: Stream) -> None:
        connection = self.connection
        self.door.drop(exchange.body)
        if connection.lost:
            self.exchange = None
            stream.close()
            return
        self.stream = opened(connection, exchange, stream)
        connection.pace.begin(self.loop.time() + self.door.plan.stream_seconds)
        connection.write(head)
        connection.transport.resume_reading()  # only who reads hears that the other side has left
        if connection.upgrading:
            self.stream.received(bytes(connection.upgrading))
        self.stream.look()

    def _failed(self, exchange: Exchange, begun: bool) -> None:
        self.exchange = None
        self.door.drop(exchange.body)
        if self.connection.lost:
            return
        if begun:
            self.connection.transport.abort()  # the only way to say that the answer is not whole
        else:
            self.connection.say(refusals.rendered(refusals.BROKEN, exchange.environ, self.door.date()), False)
