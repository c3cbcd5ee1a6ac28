"""How much is worked on at once, and how long tasks that ended are remembered."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Places = Annotated[int, Field(ge=1, le=64)]


class Settings(BaseModel):
    """Settings of the task queue."""

    model_config = ConfigDict(extra="forbid")

    concurrency: Places = Field(2, description="Tasks of one queue that a server process works on at the same time.")
    queues: dict[str, Places] = Field(
        default_factory=dict, description="The same for single queues, by name: {slow = 1, default = 4}."
    )
    keep_days: int = Field(
        30, ge=1, le=3650, description="Days for which tasks that ended, dead letters too, stay in the list."
    )

    def places(self, queue: str) -> int:
        """Return how many tasks of *queue* one process works on at the same time."""
        return self.queues.get(queue, self.concurrency)
