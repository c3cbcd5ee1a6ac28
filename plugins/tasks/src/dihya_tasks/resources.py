"""The queue as a list like any other: filtered, sorted, exported and asked for over REST; written by nobody."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.acts import get
from dihya_hookspecs.data import Records, action
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field

from .models import QueuedTask

STATES = {
    "queued": {"en": "Waits", "fr": "En attente"},
    "running": {"en": "Running", "fr": "En cours"},
    "done": {"en": "Done", "fr": "Terminée"},
    "failed": {"en": "Failed", "fr": "Échec"},
    "cancelled": {"en": "Cancelled", "fr": "Annulée"},
    "dropped": {"en": "Dropped", "fr": "Abandonnée"},
}


class Words(BaseModel):
    """What people read for the states of a task; nobody writes one here."""

    state: Literal["queued", "running", "done", "failed", "cancelled", "dropped"] = Field(
        "queued", json_schema_extra={"captions": STATES}
    )


class QueuedTasks(Records[QueuedTask]):
    """The tasks that are remembered."""

    model = QueuedTask
    search = ("name", "error")
    order = "-created_at"

    @action(
        "replay",
        ("Replay", "Relancer"),
        confirm=("Begin these dead letters again?", "Relancer ces tâches en échec ?"),
        many=True,
        permission="tasks:manage",
    )
    def replay(self, record: QueuedTask) -> None:
        """What failed for good begins again; steps that were done stay done."""
        get(Tasks).replay(record.id)

    @action(
        "cancel",
        ("Cancel", "Annuler"),
        confirm=("Stop these tasks before their next step?", "Arrêter ces tâches avant leur prochaine étape ?"),
        many=True,
        permission="tasks:manage",
    )
    def cancel(self, record: QueuedTask) -> None:
        """A task stops before its next step; one that is over stays as it is."""
        get(Tasks).cancel(record.id)


RESOURCES = Resource(
    name="queue",
    service=QueuedTasks,
    form=Words,
    title=Text("All tasks", "Toutes les tâches"),
    read="tasks:read",
    write=None,
    columns=("created_at", "name", "queue", "state", "failures", "finished_at", "error"),
    labels={
        "created_at": Text("Queued", "Demandée"),
        "name": Text("Task", "Tâche"),
        "queue": Text("Queue", "File"),
        "state": Text("State", "État"),
        "failures": Text("Failures", "Échecs"),
        "finished_at": Text("Ended", "Finie"),
        "error": Text("Last failure", "Dernier échec"),
        "priority": Text("Priority", "Priorité"),
        "steps": Text("Steps done", "Étapes faites"),
        "attempt": Text("Attempts", "Tentatives"),
        "reason": Text("Dropped because", "Abandonnée parce que"),
        "run_at": Text("Not before", "Pas avant"),
        "handed_at": Text("First begun", "Première fois"),
    },
    caption="{name} {created_at}",
)
