"""Progress as server-sent events (WHATWG HTML, §9.2): resumable, with heartbeats, and not more than a process can bear."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import Context
from typing import Any

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.i18n import gettext as _

from .progress import sentence
from .service import Generations

PAUSE = 0.3


class Streams:
    """Counts the streams of this process."""

    def __init__(self) -> None:
        self.open = 0
        self.lock = threading.Lock()

    def enter(self, limit: int) -> Callable[[], None]:
        """Take a place and return what gives it back, once. Raises DihyaError (503) when all are taken."""
        with self.lock:
            if self.open >= limit:
                raise DihyaError(
                    _("too many progress streams are open; read the generation again in a moment"),
                    code="streams", status=503, headers={"Retry-After": "5"},
                )  # fmt: skip
            self.open += 1
        left = threading.Event()

        def leave() -> None:
            with self.lock:
                if not left.is_set():
                    left.set()
                    self.open -= 1

        return leave


def line_json(line: Any) -> dict[str, Any]:
    """A progress line as the API gives it."""
    return {
        "number": line.number, "at": line.at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z", "step": line.step,
        "state": line.state, "message": sentence(line), **({"check": line.message} if line.message else {}),
        "detail": line.detail,
    }  # fmt: skip


def events(acts: Acts, actor: Actor, id: str, after: int, heartbeat: float, context: Context) -> Iterator[str]:
    """Yield the progress of a generation from line *after* on, until it ends; each look is an act of its own.

    Args:
        context: the request's, in which the reader's language is known; the request itself is over.
    """
    yield "retry: 2000\n\n"
    said = time.monotonic()
    while True:
        lines, end = context.run(_look, acts, actor, id, after)
        for line in lines:
            after = line["number"]
            yield event("progress", line, after)
        if end is not None:
            yield event("end", end, after)
            return
        if lines:
            said = time.monotonic()
        elif time.monotonic() - said >= heartbeat:
            said = time.monotonic()
            yield ": still at it\n\n"
        time.sleep(PAUSE)


def _look(acts: Acts, actor: Actor, id: str, after: int) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The new lines, and how it ended when there will be no more."""
    with acts.open("services.events", actor=actor) as act:
        service = act.get(Generations)
        try:
            generation = service.get(id)
        except NotFound:
            return [], {"id": id, "status": "removed", "error": ""}
        lines = [line_json(line) for line in service.progress(generation, after)]
        end = {"id": str(generation.id), "status": generation.status, "error": generation.error}
        return lines, end if generation.finished_at is not None or not generation.task else None


def event(name: str, data: Mapping[str, Any], number: int) -> str:
    """One event as it goes over the line."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
