"""How long events and what waits for somebody are kept."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the events."""

    model_config = ConfigDict(extra="forbid")

    keep_days: int = Field(30, ge=1, le=3650, description="Days for which events that everybody got stay in the list.")
    backlog_days: int = Field(
        7, ge=1, le=365, description="Days for which events wait for a subscriber whose plugin is away."
    )
