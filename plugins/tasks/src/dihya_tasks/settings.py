"""How much is worked on at once, and how long finished tasks are remembered."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the task queue."""

    model_config = ConfigDict(extra="forbid")

    concurrency: int = Field(2, ge=1, le=64, description="Tasks that one server process works on at the same time.")
    keep_days: int = Field(30, ge=1, le=3650, description="Days for which finished tasks stay in the list.")
