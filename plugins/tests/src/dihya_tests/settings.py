"""The limits under which a plugin is proven."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """``[tests]`` in ``dihya.toml``."""

    model_config = ConfigDict(extra="forbid")

    log_kb: int = Field(default=1024, ge=16, le=65_536, description="Kilobytes of output that a proof keeps.")
    file_mb: int = Field(
        default=256, ge=1, le=8192, description="Largest file, in megabytes, that a tested plugin may write."
    )
    disk_mb: int = Field(
        default=512, ge=16, le=65_536, description="All that a tested plugin may write, in megabytes; it is memory."
    )
