"""The queue as the application sees it: what was asked for, who works on it, which steps are done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs.data import Model, impersonal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, Boolean, Double, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped


class QueuedTask(Model, audited=False, title=("Tasks", "Tâches"), singular=("task", "tâche")):
    """A task from the moment its act commits. Not audited: it is a queue; the act that queued it is in the log."""

    __tablename__ = "tasks_tasks"
    __table_args__ = (
        UniqueConstraint("name", "key"),
        Index("ix_tasks_tasks_claim", "state", "queue", "run_at"),
    )

    id: Mapped[str] = impersonal("an identifier without meaning", String(64), primary_key=True)
    name: Mapped[str] = impersonal("which kind of work", String(200))
    key: Mapped[str | None] = impersonal("what makes two askings one task; identifiers only, by rule", String(200))
    queue: Mapped[str] = impersonal("which tasks it shares its places with", String(64), default="default")
    priority: Mapped[int] = impersonal("the higher goes first", Integer, default=0)
    state: Mapped[str] = impersonal("queued, running, done, failed, cancelled or dropped", String(12))
    error: Mapped[str] = impersonal("one sentence on the last failure that quotes no value", Text, default="")
    history: Mapped[list[dict[str, Any]]] = impersonal(
        "when attempts failed, and with which sentence", JSON, default=list
    )
    reason: Mapped[str] = impersonal("why an operator dropped it", Text, default="")
    payload: Mapped[dict[str, Any] | None] = impersonal(
        "identifiers only, by rule; emptied when the task is over for good",
        JSON(none_as_null=True),
        visible_to=("admin",),
    )
    steps: Mapped[int] = impersonal("how many steps are done", Integer, default=0)
    done: Mapped[int] = impersonal("how far it says it is", Integer, default=0)
    of: Mapped[int] = impersonal("of how much", Integer, default=0)
    cancelling: Mapped[bool] = impersonal("somebody asked for it to stop", Boolean, default=False)
    created_at: Mapped[datetime] = impersonal("when it was queued", UTCDateTime(), index=True)
    run_at: Mapped[datetime] = impersonal("not to be begun before", UTCDateTime(), default=lambda: datetime.now(UTC))
    handed_at: Mapped[datetime | None] = impersonal("when a worker first took it", UTCDateTime())
    finished_at: Mapped[datetime | None] = impersonal("when it ended", UTCDateTime())
    worker: Mapped[str | None] = impersonal("the process that works on it", String(64))
    leased_until: Mapped[datetime | None] = impersonal("when its worker is taken for dead", UTCDateTime())
    attempt: Mapped[int] = impersonal("how often it was begun; older attempts are refused", Integer, default=0)
    failures: Mapped[int] = impersonal("how often it failed", Integer, default=0)
    deaths: Mapped[int] = impersonal("how often its process died", Integer, default=0)


class FinishedStep(
    Model, audited=False, title=("Finished steps", "Étapes faites"), singular=("finished step", "étape faite")
):
    """The result of a step, written in the step's own transaction: its changes and this row come together or not at all.

    Not audited: it is the memory of a queue, and goes when its task ends.
    """

    __tablename__ = "tasks_steps"

    task_id: Mapped[str] = impersonal("an identifier without meaning", String(64), primary_key=True)
    name: Mapped[str] = impersonal("which step", String(200), primary_key=True)
    result: Mapped[str] = impersonal("identifiers and numbers only, by rule; JSON", Text)


class Leader(
    Model,
    audited=False,
    title=("Leading processes", "Processus meneurs"),
    singular=("leading process", "processus meneur"),
):
    """Which process does the recurring work of all of them, and until when. Not audited: a sign of life."""

    __tablename__ = "tasks_leaders"

    name: Mapped[str] = impersonal("what is led", String(64), primary_key=True)
    worker: Mapped[str] = impersonal("the process that leads", String(64))
    leased_until: Mapped[datetime] = impersonal("when it is taken for dead", UTCDateTime())


class LeftOut(
    Model,
    audited=False,
    title=("Plugins left out", "Plugins mis à l’écart"),
    singular=("plugin left out", "plugin mis à l’écart"),
):
    """What all machines are to know of a plugin that keeps failing. Not audited: the machine on which it happens tells it."""

    __tablename__ = "tasks_left_out"

    plugin: Mapped[str] = impersonal("which plugin", String(64), primary_key=True)
    tripped: Mapped[bool] = impersonal("whether it is left out", Boolean)
    reason: Mapped[str] = impersonal("in which hook it failed, and with which type of error", Text)
    at: Mapped[float] = impersonal("since when, in seconds since 1970; the later one holds", Double)


class Seen(
    Model,
    audited=False,
    title=("Troubles of machines", "Ennuis des machines"),
    singular=("troubles of a machine", "ennuis d’une machine"),
):
    """What one machine sees of plugins that fail or are slow. Not audited: it passes, and the log of that machine says it."""

    __tablename__ = "tasks_troubles"

    machine: Mapped[str] = impersonal("name of the machine and its data folder", String(300), primary_key=True)
    said: Mapped[dict[str, Any]] = impersonal("plugin: kind, hook, how often, type and place of the error", JSON)
    at: Mapped[float] = impersonal("when it was said last, by the clock of the database, in seconds since 1970", Double)
