"""What an operator can say about the log."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

FLOOR = 183  # days; six months, articles 19(1) and 26(6) of Regulation (EU) 2024/1689


class Settings(BaseModel):
    """Settings of the plugin ``generation_logs``."""

    model_config = ConfigDict(extra="forbid")

    retention_days: int = Field(365, ge=FLOOR, description="Days for which records are kept; never fewer than 183.")
