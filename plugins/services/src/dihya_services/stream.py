"""Progress as server-sent events (WHATWG HTML, §9.2): resumable; who serves them, and how many, is the server's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Acts

from .models import Generation, Progress
from .pace import Pace, pace
from .progress import sentence
from .service import Generations, moment


def told(service: Generations, generation: Generation, after: int = 0) -> list[dict[str, Any]]:
    """Return the lines after line number *after* as the API gives them, with the share of the time that was over."""
    usual = pace(service.session, generation)
    return [line_json(line, usual) for line in service.progress(generation, after)]


def line_json(line: Progress, usual: Pace) -> dict[str, Any]:
    """Return a line of the progress as the API gives it.

    Args:
        usual: how long a generation takes here; where nobody knows, *share* is None and *left* is empty.
    """
    return {
        "number": line.number, "at": moment(line.at), "step": line.step, "state": line.state, "message": sentence(line),
        **({"check": line.message} if line.message else {}), "detail": line.detail, "share": usual.share(line.at), "left": usual.left(line.at),
    }  # fmt: skip


class Follower:
    """Looks for what is new in a generation, from line *after* on; each look is an act of its own."""

    def __init__(self, acts: Acts, actor: Actor, id: str, after: int) -> None:
        self._acts, self._actor, self._id, self._after = acts, actor, id, after
        self._first = ["retry: 2000\n\n"]

    def look(self) -> tuple[list[str], bool]:
        """Return the new events, and whether these were the last."""
        blocks, self._first = self._first, []
        lines, end = _look(self._acts, self._actor, self._id, self._after)
        for line in lines:
            self._after = line["number"]
            blocks.append(event("progress", line, self._after))
        if end is not None:
            blocks.append(event("end", end, self._after))
        return blocks, end is not None


def _look(acts: Acts, actor: Actor, id: str, after: int) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The new lines, and how it ended when there will be no more."""
    with acts.open("services.events", actor=actor) as act:
        service = act.get(Generations)
        try:
            generation = service.get(id)
        except NotFound:
            return [], {"id": id, "status": "removed", "error": ""}
        lines = told(service, generation, after)
        end = {"id": str(generation.id), "status": generation.status, "error": generation.error}
        return lines, end if generation.finished_at is not None or not generation.task else None


def event(name: str, data: Mapping[str, Any], number: int) -> str:
    """One event as it goes over the line."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
