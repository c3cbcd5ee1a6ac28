"""Where the keys lie."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Settings(BaseModel):
    """Settings of the keys."""

    model_config = ConfigDict(extra="forbid")

    folder: str = Field(
        "", description="Folder of the private keys, as an absolute path; empty for keys in the data folder."
    )

    @field_validator("folder")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if value and not Path(value).is_absolute():
            raise ValueError("write an absolute path")
        return value
