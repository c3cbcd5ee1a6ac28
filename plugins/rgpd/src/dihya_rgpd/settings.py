"""What the desk assumes of the people that it looks for, and how often what is over is looked for."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the desk."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(
        "FR", pattern="^[A-Z]{2}$", description="Country (ISO 3166) of phone numbers that are written without a prefix."
    )
    retention: bool = Field(
        True, description="Remove or empty, once a day, what has been kept for as long as its column says."
    )
