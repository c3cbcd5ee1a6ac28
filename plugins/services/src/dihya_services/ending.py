"""How a generation ends, well or badly, and who is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts
from dihya_hookspecs.app import Hooks
from dihya_hookspecs.generation import Check
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.storage import Blobs
from sqlalchemy import select

from .events import Generated
from .models import CANCELLED, Generation, Progress
from .needs import project_of
from .progress import Journal


def fail(act: Act, generation: Generation, step: str, state: str, reason: str) -> None:
    """End a generation without a plugin to offer; *state* is ``failed`` or ``stopped``."""
    generation.status, generation.error = "failed", reason
    generation.finished_at = datetime.now(UTC)
    Journal(act.session).say(generation.id, step, state, reason=reason)


def outcome(generation: Generation) -> str:
    """The status without regard to the archive: an archived generation is still ``ready`` or ``failed`` beneath."""
    if generation.status != "archived":
        return generation.status
    return "ready" if generation.archive and not generation.error else "failed"


def state(generation: Generation) -> str:
    """Return what people are told: the outcome, and ``stopped`` for what somebody ended. ``Generation.state`` says it in SQL."""
    return "stopped" if generation.error == CANCELLED else outcome(generation)


def spoken(generation: Generation, lines: Sequence[Progress]) -> Sequence[Progress]:
    """Return the lines that people read: where no plugin came of it, that it is finished is not the last word."""
    if outcome(generation) != "failed":
        return lines
    return [line for line in lines if (line.step, line.state) != ("announce", "done")]


def announce(act: Act, generation: Generation) -> None:
    """Tell the other plugins, the audit log and the readers of the progress, once."""
    journal = Journal(act.session)
    if journal.is_done(generation.id, "announce"):
        return
    generation.finished_at = generation.finished_at or datetime.now(UTC)
    spent = {step: seconds for step, seconds in (generation.durations or {}).items() if step != "total"}
    generation.durations = {**spent, "total": round(sum(spent.values()), 3)}
    files = json.loads(act.get(Blobs).read(generation.files)) if generation.files else {}
    act.get(Hooks).call("after_generation", project=project_of(generation, files))
    checks = generation.checks or ()
    facts: dict[str, str | int] = {"status": generation.status, "template": generation.template, "files": len(files)}
    act.record(
        "services.generated", object=f"services_generations:{generation.id}", **facts, checks=len(checks),
        failed=sum(Check(**check).state == "failed" for check in checks), archive=generation.archive,
    )  # fmt: skip
    act.publish(Generated(generation.id, outcome(generation), generation.template or None, len(files)))
    journal.say(generation.id, "announce", "done")


def settle(act: Act, generation: Generation) -> None:
    """End a generation whose task was stopped from outside, so that nobody waits for it for ever."""
    if generation.finished_at is not None or not generation.task:
        return
    try:
        status = act.get(Tasks).status(generation.task)
    except NotFound:
        return
    if status.state in ("failed", "cancelled"):
        reason = CANCELLED if status.state == "cancelled" else status.error
        fail(act, generation, "announce", "stopped" if status.state == "cancelled" else "failed", reason)
        announce(act, generation)


def settle_stopped(acts: Acts) -> None:
    """End every generation whose task was stopped from outside; a reader of one must not have to write that."""
    running = select(Generation.id).where(Generation.finished_at.is_(None), Generation.task != "")
    with acts.open("services.look", actor=SYSTEM) as act:
        ids = act.session.scalars(running).all()
    for id in ids:
        with acts.open("services.settle", actor=SYSTEM) as act:
            if (generation := act.session.get(Generation, id)) is not None:
                settle(act, generation)
