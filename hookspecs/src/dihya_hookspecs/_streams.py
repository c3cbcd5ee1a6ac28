"""Answers that stay open: server-sent events and WebSockets. Everybody says ``dihya_hookspecs.web``."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from .acts import provided_by

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from .channels import Topic


class Stream:
    """Server-sent events (WHATWG HTML, 9.2): asked for again and again until they end.

    A server that knows it keeps it in its loop; any other WSGI server iterates it and holds a thread meanwhile.

    Args:
        look: returns the blocks to send (``data: …\\n\\n``) and whether these were the last; opens its own act.
        leave: called once, when the stream ends for whatever reason.
        heartbeat: seconds after which a comment is sent when there was nothing else.
        follow: told what wakes the stream when there may be something new, returns what ends that. Without it the stream
            looks again and again, after ``PAUSE`` to ``LONGEST`` seconds; with it at each *heartbeat* only.
    """

    PAUSE, LONGEST = 0.3, 2.0

    def __init__(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        leave: Callable[[], None],
        heartbeat: float = 15.0,
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        self.look, self.heartbeat, self.follow = look, heartbeat, follow
        self.close = weakref.finalize(self, leave)

    def pauses(self) -> tuple[float, float]:
        """Return the first and the longest pause between two looks that nobody asked for."""
        return (self.heartbeat, self.heartbeat) if self.follow else (self.PAUSE, self.LONGEST)

    def __iter__(self) -> Iterator[bytes]:
        woken = threading.Event()
        unfollow = self.follow(woken.set) if self.follow else None
        try:
            yield from self._blocks(woken)
        finally:
            if unfollow:
                unfollow()

    def _blocks(self, woken: threading.Event) -> Iterator[bytes]:
        (first, longest), said = self.pauses(), monotonic()
        pause = first
        while True:
            woken.clear()
            blocks, over = self.look()
            if blocks:
                yield "".join(blocks).encode()
                pause, said = first, monotonic()
            elif monotonic() - said >= self.heartbeat:
                yield b": still at it\n\n"
                said = monotonic()
            if over:
                return
            woken.wait(pause)
            pause = min(pause * 1.5, longest)


class Socket(Stream):
    """A WebSocket (RFC 6455): a stream of texts whose client answers.

    Args:
        heard: called with each text of the client, one after the other; opens its own act.
    """

    def __init__(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        heard: Callable[[str], None],
        leave: Callable[[], None],
        heartbeat: float = 15.0,
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        super().__init__(look, leave, heartbeat, follow)
        self.heard = heard


@provided_by("dihya-wsgi")
class Streams(Protocol):
    """Opens streams and sockets, not more than the server and one person may have."""

    def open(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that streams.

        Args:
            look: asked for what is new, at first and whenever there may be something.
            topic, key: what wakes the stream (``Channels``); without a topic it looks again and again.

        Raises:
            Refused: the actor lacks the topic's permission.
            DihyaError: 429 when this person has as many as one may have, 503 when there is no place at all; both with
                Retry-After, so that a page asks now and then instead.
        """

    def messages(self, topic: Topic, key: str, after: str = "", *, heartbeat: float = 15.0) -> Response:
        """Return the answer that streams the messages of a topic as they are said.

        Each event has its position as id. A client that comes back with it (``Last-Event-ID``) gets what it missed, or,
        where that is not known any more, an event ``lost``: it reads the present state, and goes on.

        Args:
            after: the position that the client has read up to; empty for messages from now on.

        Raises:
            Invalid: *after* is no position (400).
            Refused: the actor lacks the topic's permission.
            DihyaError: as ``open``.
        """

    def converse(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        heard: Callable[[str], None],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that makes a WebSocket of the connection; the view is a GET, and asks for rights as any other.

        Args:
            look: as for ``open``; each block is a text of its own.
            heard: gets each text of the client (64 KiB at most), in order. A DihyaError in it ends the socket with its
                sentence (code 1008), another error with code 1011.
            heartbeat: seconds after which the client is asked for a sign of life; after three of them without any it is gone.

        Raises:
            Invalid: the request does not ask for a WebSocket, or the server cannot (426).
            Refused: the page that asks is of another site, or the actor lacks the topic's permission (403).
            DihyaError: as ``open``.
        """
