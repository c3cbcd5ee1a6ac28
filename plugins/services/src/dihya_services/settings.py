"""The limits of a generation."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """``[services]`` in ``dihya.toml``."""

    model_config = ConfigDict(extra="forbid")

    idea_characters: int = Field(default=4000, ge=100, le=100_000, description="The longest idea, in characters.")
    threshold: float = Field(
        default=0.6, ge=0, le=1, description="A model less certain than this is not followed; rules answer."
    )
    deadline: float = Field(
        default=20.0,
        gt=0,
        le=120,
        description="Seconds that the models may take for one proposal, all questions together.",
    )
    proof_seconds: float = Field(
        default=180.0, ge=5, le=3600, description="Seconds that the proof of a plugin may take."
    )
    proof_memory_mb: int = Field(
        default=1500, ge=128, description="Memory, in megabytes, that the proof of a plugin may take."
    )
    heartbeat: float = Field(
        default=15.0, ge=0.05, le=60, description="Seconds between comments on a progress stream that has no news."
    )
