"""How long one upgrader waits for another."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the migrations."""

    model_config = ConfigDict(extra="forbid")

    lock_timeout: float = Field(
        60, ge=0, le=3600, description="Seconds to wait while another process upgrades the same database."
    )
