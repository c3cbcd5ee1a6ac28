"""Streams: who may have one, and how the loop keeps them without holding a thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.channels import Channels, Position, Topic
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import Socket, Stream

from .environ import DOOR
from .handshake import agreed

if TYPE_CHECKING:
    from flask import Response

    from .connection import Connection
    from .exchange import Exchange
    from .settings import Settings

log = logging.getLogger("dihya.wsgi")
IN_THREADS = 8
"""Streams at a time on a server that holds a thread for each."""


class OpenStream:
    """A stream in the loop: its looks are made one after the other in a thread that serves all streams."""

    def __init__(self, connection: Connection, exchange: Exchange, stream: Stream) -> None:
        self.connection, self.exchange, self.stream = connection, exchange, stream
        self.door, self.loop = connection.door, connection.loop
        self.first, self.longest = stream.pauses()
        self.pause, self.said, self.over = self.first, self.loop.time(), False
        self._looking = self._again = False
        self._timer: asyncio.TimerHandle | None = None
        self._unfollow = stream.follow(self._wake) if stream.follow else None

    def received(self, data: bytes) -> None:
        """Take what the client of a stream sends, which is nothing that anybody reads."""

    def look(self) -> None:
        """Ask for what is new, unless the client still has to read what came before."""
        if self.over:
            return
        if self.connection.stalled or not self.door.lookers.submit(self._look):
            self._look_in(Stream.LONGEST)
            return
        self._looking, self._again = True, False

    def _look_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self.look)

    def _wake(self) -> None:
        """Look soon; called in any thread, also of a process whose loop is over."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._woken)

    def _woken(self) -> None:
        if self._looking:
            self._again = True
        else:
            self.look()

    def _look(self) -> None:
        if self.over:
            return
        try:
            blocks, last = self.stream.look()
        except Exception:
            log.exception("a stream could not be continued")
            blocks, last = (), True
        self.loop.call_soon_threadsafe(self._told, blocks, last)

    def finish(self) -> None:
        """Send what ends the answer, and end: who still wants to follow asks again."""
        self._told((), True)

    def _told(self, blocks: Sequence[str], last: bool) -> None:
        self._looking = False
        if self.over:
            return
        if blocks or last:
            self._say(blocks, last)
            self.pause, self.said = self.first, self.loop.time()
        elif self.loop.time() - self.said >= self.stream.heartbeat:
            self._beat()
            self.said = self.loop.time()
        if self.over:
            return
        if last:
            self.end()
            self.connection.hang_up()
        elif self._again:
            self.look()
        else:
            self._look_in(self.pause)
            self.pause = min(self.pause * 1.5, self.longest)

    def _say(self, blocks: Sequence[str], last: bool) -> None:
        """Send what is new, and what ends the answer where it is over."""
        self.connection.write(self.exchange.framed("".join(blocks).encode(), not last))

    def _beat(self) -> None:
        """Say that there is nothing new, so that whoever listens knows that the line stands."""
        self.connection.write(self.exchange.framed(b": still at it\n\n", True))

    def leave(self) -> None:
        """End because the server does."""
        self.end()

    def end(self) -> None:
        """Give the place back; nothing more is asked."""
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._unfollow:
            self._unfollow()
        self.stream.close()


class Reader:
    """Reads a topic from a position on, as events; each look is an act of its own, so that a right that was taken ends it."""

    def __init__(self, acts: Acts, actor: Actor | None, topic: Topic, key: str, channels: Channels, after: str) -> None:
        self._acts, self._actor, self._topic, self._key, self._channels = acts, actor, topic, key, channels
        self._after: Position = Position.parse(after) if after else channels.read(topic, key).position
        self._first = [f"retry: 2000\nid: {self._after}\n\n"]

    def look(self) -> tuple[list[str], bool]:
        """Return the new events, or that some are lost; a channel has no last one."""
        blocks, self._first = self._first, []
        with self._acts.open("wsgi.messages", actor=self._actor):
            batch = self._channels.read(self._topic, self._key, self._after)
        if batch.lost:
            blocks.append(f"id: {batch.position}\nevent: lost\ndata: \n\n")
        for message in batch.messages:
            lines = "".join(f"data: {line}\n" for line in message.data.splitlines() or [""])
            blocks.append(f"id: {message.position}\nevent: message\n{lines}\n")
        self._after = batch.position
        return blocks, False


class Openings:
    """Gives every act the same places, made from the settings by the first act that asks."""

    def __init__(self) -> None:
        self._places: Places | None = None

    def open(self, svcs_container: Any) -> Places:
        """Return the places of this process."""
        from .settings import Settings

        if self._places is None:
            self._places = Places(svcs_container.get(Settings))
        return self._places


class Places:
    """Implements ``dihya_hookspecs.web.Streams``: counts the streams of this process and of each person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._of: Counter[str] = Counter()

    def open(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that streams; see the contract."""
        from flask import Response

        follow, leave = self._place(topic, key)
        context = copy_context()  # the reader's language is known in it
        stream = Stream(lambda: context.run(look), leave, heartbeat, follow)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(stream, mimetype="text/event-stream", headers=headers, direct_passthrough=True)  # type: ignore[arg-type]

    def converse(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        heard: Callable[[str], None],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that makes a WebSocket of the connection; see the contract."""
        from flask import Response, request

        headers = agreed(request)
        follow, leave = self._place(topic, key)
        context, own = copy_context(), copy_context()  # what is heard may come while something is looked for
        socket = Socket(lambda: context.run(look), lambda text: own.run(heard, text), leave, heartbeat, follow)
        return Response(socket, headers=headers, direct_passthrough=True)  # type: ignore[arg-type]

    def _place(self, topic: Topic | None, key: str) -> tuple[Any, Callable[[], None]]:
        """Return what wakes the stream, and what gives its place back."""
        from flask import request

        follow = self._following(topic, key) if topic else None
        actor = current().actor
        person = actor.id if actor else request.remote_addr or ""
        return follow, self._enter(person, IN_THREADS if DOOR not in request.environ else self._settings.streams)

    def messages(self, topic: Topic, key: str, after: str = "", *, heartbeat: float = 15.0) -> Response:
        """Return the answer that streams a topic's messages; see the contract."""
        reader = Reader(get(Acts), current().actor, topic, key, get(Channels), after)
        return self.open(reader.look, heartbeat=heartbeat, topic=topic, key=key)

    def _following(self, topic: Topic, key: str) -> Callable[[Callable[[], None]], Callable[[], None]] | None:
        """Return what the stream is woken by; None where messages of other workers do not arrive, so that it has to look."""
        get(Access).demand(topic.permission)
        channels, acts, actor = get(Channels), get(Acts), current().actor
        if not channels.everywhere and self._settings.workers > 1:
            return None

        def follow(wake: Callable[[], None]) -> Callable[[], None]:
            with acts.open("wsgi.follow", actor=actor):
                return channels.follow(topic, key, wake)

        return follow

    def _enter(self, person: str, most: int) -> Callable[[], None]:
        with self._lock:
            if self._of[person] >= self._settings.streams_per_person:
                raise _refused(429, _("you follow as many things as one person may at the same time"))
            if self._of.total() >= most:
                raise _refused(503, _("as many streams are open as the server can bear"))
            self._of[person] += 1
        return lambda: self._leave(person)

    def _leave(self, person: str) -> None:
        with self._lock:
            self._of[person] -= 1
            if self._of[person] <= 0:
                del self._of[person]


def _refused(status: int, message: str) -> DihyaError:
    return DihyaError(message, code="streams", status=status, headers={"Retry-After": "5"})
