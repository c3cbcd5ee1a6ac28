"""How much is worked on at once, and how long tasks that ended are remembered."""

from __future__ import annotations

from typing import Annotated

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field

Places = Annotated[int, Field(ge=1, le=64)]

TITLE = Text("Background tasks", "Tâches de fond")


class Settings(BaseModel):
    """Settings of the task queue."""

    model_config = ConfigDict(extra="forbid")

    concurrency: Places = editable(
        2,
        Text("Tasks at the same time", "Tâches simultanées"),
        Text(
            "Tasks of one queue that a server process works on at the same time.",
            "Nombre de tâches d’une même file qu’un processus serveur traite à la fois.",
        ),
        restart=True,
    )
    queues: dict[str, Places] = Field(
        default_factory=dict, description="The same for single queues, by name: {slow = 1, default = 4}."
    )
    keep_days: int = editable(
        30,
        Text("Remember ended tasks for (days)", "Garder les tâches terminées (jours)"),
        Text(
            "Days for which tasks that ended, dead letters too, stay in the list.",
            "Nombre de jours pendant lesquels restent dans la liste les tâches terminées, échecs définitifs compris.",
        ),
        restart=True,
        ge=1,
        le=3650,
    )

    def places(self, queue: str) -> int:
        """Return how many tasks of *queue* one process works on at the same time."""
        return self.queues.get(queue, self.concurrency)
