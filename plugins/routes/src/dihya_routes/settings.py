"""What an integrator can choose about the REST conventions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[routes]`` of ``dihya.toml``."""

    model_config = ConfigDict(extra="forbid")

    page_size: int = Field(50, ge=1, le=500, description="How many records a list gives when the caller does not say.")
    csv_rows: int = Field(
        100_000, ge=1, description="How many rows one CSV file holds at most; a longer list is refused."
    )
    require_if_match: bool = Field(False, description="Refuse PATCH and DELETE without If-Match (428).")
    idempotency_hours: int = Field(24, ge=1, le=720, description="How long an Idempotency-Key is remembered.")
