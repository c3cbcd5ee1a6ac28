"""What is told of a generation while it runs: numbered lines, and the sentences that people read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.channels import Channels, Topic
from dihya_hookspecs.generation import Check
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Progress

FOLLOWED = Topic("services.progress", "services:read", history=1)
"""Wakes who follows a generation; what happened stands in its lines."""
STEPS = ("plan", "render", "check", "prove", "store", "announce")
UNPROVEN = re.compile(r"(\d+) of (\d+) lines of the proof failed")
"""What a generation says whose proof failed, before the name of the first line."""


class Journal:
    """The progress lines of generations."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def say(self, generation: uuid.UUID, step: str, state: str, message: str = "", **detail: Any) -> None:
        """Add a line; it is seen when the running act commits."""
        last = self.session.scalar(select(func.max(Progress.number)).where(Progress.generation_id == generation)) or 0
        line = Progress(
            generation_id=generation, number=last + 1, at=datetime.now(UTC), step=step, state=state, message=message[:300], detail=detail
        )  # fmt: skip
        self.session.add(line)
        self.session.flush()
        tell(generation)

    def check(self, generation: uuid.UUID, check: Check) -> None:
        """Add a line of the proof."""
        said = {"detail": check.detail[:500], "sentence": check.message, "values": dict(check.values)}
        french = [text[:500] for text in check.french]
        self.say(
            generation, "prove", check.state, check.name, seconds=round(check.seconds, 3), check=check.check, french=french, **said
        )  # fmt: skip

    def after(self, generation: uuid.UUID, number: int = 0) -> Sequence[Progress]:
        """The lines with a number above *number*, in order."""
        wanted = select(Progress).where(Progress.generation_id == generation, Progress.number > number)
        return self.session.scalars(wanted.order_by(Progress.number)).all()

    def is_done(self, generation: uuid.UUID, step: str) -> bool:
        """True when the step's effects were committed before, by a run that died."""
        wanted = select(Progress.number).where(
            Progress.generation_id == generation,
            Progress.step == step,
            Progress.state == "done",
            Progress.message == "",
        )
        return self.session.scalar(wanted.limit(1)) is not None


def tell(generation: uuid.UUID) -> None:
    """Wake who follows a generation, when the running act commits; without channels streams look now and then."""
    with suppress(DihyaError):
        get(Channels).publish(FOLLOWED, str(generation))


def sentence(line: Progress) -> str:
    """What a person reads for a progress line, in their language."""
    detail = line.detail or {}
    if line.message:
        return _check(line, detail)
    if line.state == "stopped":
        return _("stopped")
    if line.state == "failed":
        return _("failed: %(reason)s", reason=reason(str(detail.get("reason", ""))))
    if line.state == "running":
        return _running(line.step)
    return _done(line.step, detail)


def _check(line: Progress, detail: Mapping[str, Any]) -> str:
    """What is said of a line of the proof: what holds, or what is wrong."""
    passed = line.state == "passed"
    found = Check(
        line.message, passed, 0.0, str(detail.get("detail", "")), str(detail.get("sentence", "")), detail.get("values", {}),
        french=detail.get("french", ("", "")), later=line.state == "later",
    )  # fmt: skip
    if line.state == "later":
        return _("%(check)s: is checked afterwards", check=found.title)
    return found.title if passed or not found.said else f"{found.title}: {found.said}"


def reason(text: str) -> str:
    """Why a generation ended, in the reader's language; errors of plugins are said as they said them."""
    if found := UNPROVEN.match(text):
        failed, every = map(int, found.groups())
        return ngettext(
            "%(count)s of %(all)s lines of the proof failed",
            "%(count)s of %(all)s lines of the proof failed",
            failed,
            all=every,
        )
    return text


def _running(step: str) -> str:
    return {
        "plan": _("waiting for its turn, then completing the plan"),
        "render": _("writing the files"),
        "check": _("asking every plugin whether the project may be offered"),
        "prove": _(
            "attacking the plugin, using it as each role, and running its own tests, in a fresh environment without network"
        ),
        "store": _("packing the ZIP"),
        "announce": _("telling the other plugins"),
    }.get(step, step)


def _done(step: str, detail: dict[str, Any]) -> str:
    if step == "render":
        return ngettext("%(count)s file written", "%(count)s files written", int(detail.get("files", 0)))
    if step == "prove":
        return ngettext(
            "%(count)s line of the proof passed", "%(count)s lines of the proof passed", int(detail.get("passed", 0))
        )
    return {
        "plan": _("the plan is complete and valid"),
        "check": _("no plugin objects"),
        "store": _("the ZIP is ready"),
        "announce": _("finished"),
    }.get(step, step)


def step_names() -> dict[str, str]:
    """What people read for the steps of a generation and for their sum."""
    return {
        "plan": _("Plan"),
        "render": _("Code"),
        "check": _("Checks"),
        "prove": _("Proof"),
        "store": _("Archive"),
        "announce": _("End"),
        "total": _("Together"),
    }
