"""One connection of a client: reads requests within their time, hands them on, and sends the answers."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from math import inf
from struct import pack
from typing import TYPE_CHECKING, Any

from . import environ as wsgi
from . import refusals
from .answers import Answers
from .body import Body
from .environ import LANE
from .pace import Pace
from .parsing import RequestParser, Unreadable
from .refusals import Refusal
from .turned_away import LONGEST_PAUSE

if TYPE_CHECKING:
    from .door import Door

# What a connection is waiting for.
REQUEST, HEAD, BODY, ANSWER, END = "request", "head", "body", "answer", "end"
MOST_AHEAD = 16
"""Requests that a client may send ahead of their answers."""
HIGH_WATER = 128 * 1024
UNSENT = 128 * 1024
"""Bytes that the kernel keeps of what it could not send yet: otherwise megabytes for each slow reader, and nobody sees it."""
LINGER = 2.0
THROW_AWAY = 0.05
"""Seconds between two reads (of 256 kB at most) from who was refused and goes on to send."""


class Connection(asyncio.Protocol):
    """Everything here runs in the loop; what a thread tells goes through ``answers``."""

    transport: asyncio.Transport

    def __init__(self, door: Door) -> None:
        self.door, self.loop = door, door.loop
        self.parser = RequestParser(self, door)
        self.state, self.due = REQUEST, inf
        self.peer: tuple[str, int] = ("", 0)
        self.ready: deque[tuple[dict[str, Any], Body | None, bool, bool]] = deque()
        self.answers = Answers(self)
        self.stalled = False
        self.pace = Pace(door.plan.write_rate, door.plan.write_seconds)
        self.lost = self.deaf = False
        self.upgrading: bytearray | None = None

    # The transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.peer = (transport.get_extra_info("peername") or ("", 0))[:2]
        here = (transport.get_extra_info("sockname") or ("", 0))[:2]
        self.parser.base = wsgi.base(here, self.peer, self.door.plan.workers)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        self.wait(REQUEST, self.door.plan.header_seconds)
        if refusal := self.door.admit(self):
            self.door.say_refused(refusal.code, self.peer[0])
            self.state = END
            self.write(refusals.rendered(refusal, {}, self.door.date()))
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        self.door.leave(self)
        self.answers.lose()
        for _, body, _, _ in self.ready:
            self.door.drop(body)
        self.parser.drop_body()
        self.ready.clear()

    def data_received(self, data: bytes) -> None:
        if self.state == END:
            # Thrown away, so that the answer can be read; not faster than the others have time for.
            self.transport.pause_reading()
            self.loop.call_later(THROW_AWAY, self._go_on_reading)
        if self.state == END:
            return
        if self.answers.stream is not None:
            self.answers.stream.received(data)
            return
        if self.upgrading is not None:
            self._take_early(data)
            return
        if self.deaf:
            return
        if self.state == REQUEST:
            self.wait(HEAD, self.door.plan.header_seconds)
        try:
            other = self.parser.feed(data)
        except Unreadable as error:
            self.refuse(error.refusal)
            return
        if other is None:
            return
        if self.parser.websocket:
            self.upgrading = bytearray()
            self._take_early(other)
        else:
            self.deaf = True  # nothing else is spoken here; the answer says so by being HTTP

    def _take_early(self, data: bytes) -> None:
        """Keep what a client sends before it knows whether there is a socket."""
        self.upgrading = (self.upgrading or bytearray()) + data
        if len(self.upgrading) > HIGH_WATER:
            self.transport.pause_reading()

    def _go_on_reading(self) -> None:
        if not self.lost:
            self.transport.resume_reading()

    def eof_received(self) -> bool:
        """Keep the connection for the answer to who has said everything."""
        if self.state != ANSWER or self.answers.stream is not None:
            self.deaf = True
            return False
        self._let_be_the_last()
        return True

    def _let_be_the_last(self) -> None:
        self.deaf = True
        self.answers.be_the_last()

    def pause_writing(self) -> None:
        self.stalled = True

    def resume_writing(self) -> None:
        self.stalled = False
        self.answers.go_on()

    # The parser tells.

    def expects_body(self, environ: dict[str, Any], version: str) -> None:
        """A request has a body that is still to come."""
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue" and version == "1.1" and self.state != ANSWER:
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self.state != ANSWER:
            self.wait(BODY, inf)

    def received(self, environ: dict[str, Any], body: Body | None, keep: bool) -> bool:
        """A request is whole; return False for one too many."""
        if len(self.ready) >= MOST_AHEAD:
            return False
        self.ready.append((environ, body, keep, environ["SERVER_PROTOCOL"] == "HTTP/1.1"))
        if self.state != ANSWER:
            self.next()
        else:
            self.transport.pause_reading()
        return True

    # Requests and answers.

    def next(self) -> None:
        """Hand the next request on, or wait for one."""
        if self.deaf and not self.ready:
            self.hang_up()
        elif not self.ready:
            if self.parser.body is not None:
                self.parser.body.began = self.loop.time()
                self.wait(BODY, inf)
            elif self.parser.head_bytes:
                self.wait(HEAD, self.door.plan.header_seconds)
            else:
                self.wait(REQUEST, self.door.plan.keep_alive_seconds)
            self.transport.resume_reading()
        else:
            self._begin(*self.ready.popleft())

    def _begin(self, environ: dict[str, Any], body: Body | None, keep: bool, chunks: bool) -> None:
        keep = keep and not self.door.stopping
        self.wait(ANSWER, inf)
        if environ["PATH_INFO"] == "/health/live" and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            self.door.drop(body)
            self.say(refusals.alive(self.door.date(), keep, environ["REQUEST_METHOD"] == "HEAD"), keep)
            return
        if found := self.door.turned_away.refusal(self.peer[0], environ):
            self._turn_away(found[0], environ, body, keep, found[1])
            return
        if not self.answers.begin(environ, body, keep, chunks):
            self._turn_away(refusals.FULL, environ, body, keep, LONGEST_PAUSE if LANE in environ else 0)

    def _turn_away(
        self, refusal: Refusal, environ: dict[str, Any], body: Body | None, keep: bool, after: float = 0
    ) -> None:
        self.door.drop(body)
        self.door.say_refused(refusal.code, self.peer[0])
        answer = refusals.rendered(refusal, environ, self.door.date(), keep)
        if after:
            self.loop.call_later(after, self.say, answer, keep)
        else:
            self.say(answer, keep)

    def say(self, answer: bytes, keep: bool) -> None:
        """Send a whole answer, then wait for the next request or end."""
        if self.lost:
            return
        self.write(answer)
        if keep and not self.door.stopping:
            self.next()
        else:
            self.hang_up()

    def refuse(self, refusal: Refusal) -> None:
        """Answer and end the connection; what still comes is thrown away, so that the answer can be read."""
        self.door.say_refused(refusal.code, self.peer[0])
        if self.lost or self.state == END:
            return
        if self.state == ANSWER:  # an earlier request is being answered: after that it is over
            self._let_be_the_last()
            return
        self.write(refusals.rendered(refusal, self.parser.environ, self.door.date()))
        self.hang_up()

    def hang_up(self) -> None:
        """Say that nothing more comes, and leave once the other side has read it or its time is over."""
        self.wait(END, LINGER)
        self.parser.drop_body()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send *data*, and count it for the pace at which the client takes it."""
        self.pace.add(len(data))
        self.transport.write(data)

    def wait(self, state: str, seconds: float) -> None:
        """Remember what is waited for, and until when."""
        self.state = state
        self.due = self.loop.time() + seconds
        self.door.waits(self, state in (REQUEST, HEAD, END))

    def check_time(self, now: float) -> None:
        """End what has taken its time."""
        waiting = self.transport.get_write_buffer_size()
        if self.pace.is_late(now, waiting):
            self._end_reading(waiting)
        elif self.state == BODY and self.parser.body is not None and self.parser.body.is_late(now):
            self.refuse(refusals.LATE)
        elif self.state in (REQUEST, END) and waiting:
            # Its answer is still under way, at a good pace: only then the time for the next request begins.
            self.due = now + (LINGER if self.state == END else self.door.plan.keep_alive_seconds)
        elif now < self.due:
            return
        elif self.state == HEAD:
            self.refuse(refusals.LATE)
        else:
            self.transport.abort()

    def _end_reading(self, waiting: int) -> None:
        """End the answer: a stream that was read is asked for again, another reader is too slow."""
        if self.answers.stream is not None and not waiting:
            self.answers.stream.finish()
        else:
            self.door.say_refused("slow-reader", self.peer[0])
            self._cut()

    def _cut(self) -> None:
        """End the connection without leaving to the kernel what nobody reads: megabytes for each."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
        self.transport.abort()

    def stop(self) -> None:
        """End at once what waits for a request; what is being answered is told to be the last."""
        if self.answers.stream:
            self.answers.stream.leave()
            self.transport.close()
        elif self.state in (REQUEST, HEAD, BODY):
            self.transport.close()
        else:
            self.answers.be_the_last()
