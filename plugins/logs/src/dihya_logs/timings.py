"""Where the time of a slow request went: statements, models, other hosts. Slow hooks are told by the core."""

from __future__ import annotations

import logging
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import ClassVar

from dihya_hookspecs.observe import Kind, Observer, Span

log = logging.getLogger("dihya.logs.slow")


@dataclass(slots=True)
class Tally:
    """What one request did, and for how many seconds."""

    number: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        """Count one more of a kind."""
        self.number[kind] = self.number.get(kind, 0) + 1
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds

    def fields(self) -> dict[str, str | int]:
        """Return what a line says of it."""
        found: dict[str, str | int] = {}
        for kind in sorted(self.number):
            found |= {kind: self.number[kind], f"{kind}_ms": round(self.seconds[kind] * 1000)}
        return found


_tally: ContextVar[Tally | None] = ContextVar("dihya_logs_tally", default=None)


class SlowRequests(Observer):
    """Writes a line for each request that takes longer than *seconds*, with what it did meanwhile."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({"request", "sql", "ai", "egress"})

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def began(self, span: Span) -> Token[Tally | None] | None:
        """Begin a tally with a request."""
        return _tally.set(Tally()) if span.kind == "request" else None

    def ended(self, span: Span, token: object, seconds: float, error: BaseException | None) -> None:
        """Add to the tally, or write the line at the end of the request."""
        tally = _tally.get()
        if tally is None:
            return
        if isinstance(token, Token):
            _tally.reset(token)
            if seconds >= self._seconds:
                self._say(span, tally, seconds)
            return
        tally.add(span.kind, seconds)

    def _say(self, span: Span, tally: Tally, seconds: float) -> None:
        facts = {"status": span.facts.get("status", 500), "ms": round(seconds * 1000), **tally.fields()}
        log.warning("%s was slow: %.1f s", span.name, seconds, extra=facts)
