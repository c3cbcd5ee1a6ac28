"""Streams: who may have one, and how the loop keeps them without holding a thread."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import Stream

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
        self.pause, self.said, self.over = stream.PAUSE, self.loop.time(), False

    def look(self) -> None:
        """Ask for what is new, unless the client still has to read what came before."""
        if self.over:
            return
        if self.connection.stalled or not self.door.lookers.submit(self._look):
            self.loop.call_later(self.pause, self.look)

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
        if self.over:
            return
        if blocks or last:
            self._send("".join(blocks).encode(), more=not last)
            self.pause, self.said = self.stream.PAUSE, self.loop.time()
        elif self.loop.time() - self.said >= self.stream.heartbeat:
            self._send(b": still at it\n\n")
            self.said = self.loop.time()
        if last:
            self.end()
            self.connection.hang_up()
            return
        self.loop.call_later(self.pause, self.look)
        self.pause = min(self.pause * 1.5, self.stream.LONGEST)

    def _send(self, data: bytes, more: bool = True) -> None:
        self.connection.write(self.exchange.framed(data, more))

    def end(self) -> None:
        """Give the place back; nothing more is asked."""
        self.over = True
        self.stream.close()


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

    def open(self, look: Callable[[], tuple[Sequence[str], bool]], *, heartbeat: float = 15.0) -> Response:
        """Return the answer that streams; see the contract."""
        from flask import Response, request

        actor = current().actor
        person = actor.id if actor else request.remote_addr or ""
        leave = self._enter(person, IN_THREADS if "dihya.door" not in request.environ else self._settings.streams)
        context = copy_context()  # the reader's language is known in it
        stream = Stream(lambda: context.run(look), leave, heartbeat)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(stream, mimetype="text/event-stream", headers=headers, direct_passthrough=True)  # type: ignore[arg-type]

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
