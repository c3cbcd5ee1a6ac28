"""The door of one worker: accepts connections, keeps their number and their time, and knows the application."""

from __future__ import annotations

import asyncio
import io
import logging
from collections import Counter, deque
from collections.abc import Callable
from email.utils import formatdate
from time import time
from typing import IO, TYPE_CHECKING, Any

from dihya_hookspecs.web import Accepts

from .body import Body, Store
from .connection import Connection
from .environ import LANE
from .refusals import FULL, MANY, Refusal
from .threads import LOOKERS, Threads
from .turned_away import TurnedAway

if TYPE_CHECKING:
    from dihya_hookspecs.web import BodyLimits

    from .launch import Plan

log = logging.getLogger("dihya.wsgi")
TICK = 0.25
PART = 100
"""Connections whose time is looked at in one go: a third of a millisecond, for which a request that arrives has to wait."""
TELL_EVERY = 60.0
DEFAULT = Accepts(max_body=1024 * 1024, fields=1000)


class Door:
    """Everything that the connections of a worker share.

    Args:
        app: the WSGI application.
        limits: what each route takes; one small limit for all where nobody says.
    """

    def __init__(
        self, plan: Plan, app: Callable[..., Any], loop: asyncio.AbstractEventLoop, limits: BodyLimits | None = None
    ) -> None:
        self.plan, self.app, self.loop, self.limits = plan, app, loop, limits
        self.threads = Threads(plan.threads, plan.waiting, "request")
        self.lookers = Threads(LOOKERS, plan.streams * 2, "stream")
        self.store = Store(plan.buffered_bytes)
        self.stopping = False
        self.connections: dict[Connection, None] = {}
        self._waiting: dict[Connection, None] = {}
        self._by_address: Counter[str] = Counter()
        self._refused: Counter[tuple[str, str]] = Counter()
        self.turned_away = TurnedAway(loop.time)
        self._told = 0.0
        self._date = (0, "")
        self._exempt = frozenset(plan.unlimited_addresses)
        map_ = getattr(app, "url_map", None)
        self._match = map_.bind("localhost").match if map_ is not None else None

    # Connections.

    def admit(self, connection: Connection) -> Refusal | None:
        """Count a new connection; return why it is not welcome, or None."""
        self.connections[connection] = None
        address = connection.peer[0]
        self._by_address[address] += 1
        if self._by_address[address] > self.plan.connections_per_address and address not in self._exempt:
            return MANY
        if len(self.connections) > self.plan.connections:
            return self._make_room(connection)
        return None

    def _make_room(self, newcomer: Connection) -> Refusal | None:
        """Close who has waited longest without a request; refuse the newcomer when everybody is being answered."""
        for oldest in self._waiting:
            if oldest is not newcomer:
                self.say_refused("made room", oldest.peer[0])
                oldest.transport.abort()
                self._waiting.pop(oldest)
                return None
        return FULL

    def waits(self, connection: Connection, waiting: bool) -> None:
        """Remember whether the connection waits for a request, in the order in which they began to."""
        self._waiting.pop(connection, None)
        if waiting:
            self._waiting[connection] = None

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.pop(connection, None)
        self._waiting.pop(connection, None)
        address = connection.peer[0]
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]

    # Bodies.

    def body_for(self, environ: dict[str, Any]) -> Body:
        """Return what receives the body of this request, with the limits of its route."""
        accepts = self._accepts(environ)
        seconds = accepts.seconds or self.plan.body_seconds
        return Body(self.store, accepts.max_body or 0, seconds, self.plan.body_rate, self.loop.time())

    def _accepts(self, environ: dict[str, Any]) -> Accepts:
        view = None
        if self._match is not None:
            try:
                endpoint, _ = self._match(environ["PATH_INFO"], environ["REQUEST_METHOD"])
                view = self.app.view_functions.get(endpoint)  # type: ignore[attr-defined]
            except Exception:  # no such route, another method, a redirect: the application will say so
                view = None
        rate = getattr(view, "dihya_rate", None)
        if rate is not None and rate.by == "address":
            environ[LANE] = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if self.limits is None:
            return getattr(view, "dihya_accepts", None) or DEFAULT
        return self.limits.of(view, environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower())

    def nothing(self) -> IO[bytes]:
        """Return an empty body."""
        return io.BytesIO()

    def drop(self, body: Body | None) -> None:
        """Give the room of a body back."""
        if body is not None:
            body.close()

    # Time.

    def tick(self) -> None:
        """Look at every connection's time, part by part, and tell the log once a minute who was refused."""
        present = list(self.connections)
        parts = [present[start : start + PART] for start in range(0, len(present), PART)] or [[]]
        self._judge(deque(parts), TICK / len(parts))
        now = self.loop.time()
        if self._refused and now - self._told >= TELL_EVERY:
            self._told = now
            self._tell()

    def _judge(self, parts: deque[list[Connection]], pause: float) -> None:
        """End what has taken its time in the first of *parts*, then give the loop *pause* seconds for those who are served."""
        now = self.loop.time()
        for connection in parts.popleft():
            if connection.lost:
                continue
            try:
                connection.check_time(now)
            except Exception:  # one connection that cannot be judged keeps no other from its end
                log.exception("a connection could not be judged; it is ended")
                connection.transport.abort()
        if parts:
            self.loop.call_later(pause, self._judge, parts, pause)
        else:
            self.loop.call_later(pause, self.tick)

    def date(self) -> str:
        """Return the time as HTTP writes it."""
        now = int(time())
        if self._date[0] != now:
            self._date = (now, formatdate(now, usegmt=True))
        return self._date[1]

    def say_refused(self, why: str, address: str) -> None:
        """Count a refusal for the log."""
        self._refused[why, address] += 1

    def _tell(self) -> None:
        by_reason: Counter[str] = Counter()
        for (why, _), times in self._refused.items():
            by_reason[why] += times
        (_, most), times = self._refused.most_common(1)[0]
        log.warning(
            "refused or closed in the last minute: %s; most often %s (%d times)",
            ", ".join(f"{why} {count}" for why, count in by_reason.most_common()), most, times,
        )  # fmt: skip
        self._refused.clear()

    # The end.

    async def close(self, seconds: float) -> None:
        """Let what is being answered come to its end, for *seconds* at most, and end the threads that have nothing to do then."""
        self.stopping = True
        for connection in list(self.connections):
            connection.stop()
        until = self.loop.time() + seconds
        while self.connections and self.loop.time() < until:
            await asyncio.sleep(0.02)
        self.threads.close()
        self.lookers.close()
