"""The queue as the application sees it: what was asked for, who works on it, which steps are done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, Boolean, Integer, String, Text
from sqlalchemy.orm import Mapped


class QueuedTask(Model, audited=False):
    """A task from the moment its act commits. Not audited: it is a queue; the act that queued it is in the log."""

    __tablename__ = "tasks_tasks"

    id: Mapped[str] = impersonal("an identifier without meaning", String(64), primary_key=True)
    name: Mapped[str] = impersonal("which kind of work", String(200))
    state: Mapped[str] = impersonal("queued, running, done, failed or cancelled", String(12), index=True)
    error: Mapped[str] = impersonal("one sentence that quotes no value", Text, default="")
    payload: Mapped[dict[str, Any] | None] = impersonal(
        "identifiers only, by rule; emptied when the task ends", JSON(none_as_null=True)
    )
    steps: Mapped[int] = impersonal("how many steps are done", Integer, default=0)
    cancelling: Mapped[bool] = impersonal("somebody asked for it to stop", Boolean, default=False)
    created_at: Mapped[datetime] = impersonal("when it was queued", UTCDateTime(), index=True)
    handed_at: Mapped[datetime | None] = impersonal("when a worker first took it", UTCDateTime())
    finished_at: Mapped[datetime | None] = impersonal("when it ended", UTCDateTime())
    worker: Mapped[str | None] = impersonal("the process that works on it", String(64))
    leased_until: Mapped[datetime | None] = impersonal("when its worker is taken for dead", UTCDateTime())
    attempt: Mapped[int] = impersonal(
        "how often it was begun; older attempts are refused", Integer, default=0, server_default="0"
    )
    deaths: Mapped[int] = impersonal("how often its process died", Integer, default=0, server_default="0")


class FinishedStep(Model, audited=False):
    """The result of a step, written in the step's own transaction: its changes and this row come together or not at all.

    Not audited: it is the memory of a queue, and goes when its task ends.
    """

    __tablename__ = "tasks_steps"

    task_id: Mapped[str] = impersonal("an identifier without meaning", String(64), primary_key=True)
    name: Mapped[str] = impersonal("which step", String(200), primary_key=True)
    result: Mapped[str] = impersonal("identifiers and numbers only, by rule; JSON", Text)
