"""What an integrator may set under ``[audit]``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the verifiable log."""

    model_config = ConfigDict(extra="forbid")

    origin: str = Field(
        "", pattern=r"^[^\s+]*$", max_length=100,
        description="Name of this log in its checkpoints, fixed with its first key; empty for a made-up one.",
    )  # fmt: skip
    interval: float = Field(
        0.2, ge=0.02, le=60, description="Seconds between two looks of the sequencer into the outbox."
    )
    batch: int = Field(500, ge=1, le=10_000, description="How many entries at most one checkpoint adds.")
    anchor_file: str = Field(
        "anchors/checkpoints.txt",
        description="File that receives every checkpoint, relative to the data folder; best on a write-once medium.",
    )
