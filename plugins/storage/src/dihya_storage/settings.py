"""Where the bytes lie, and how many one file may have."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Settings(BaseModel):
    """Settings of the blob store."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        "", description="Folder of the files: an absolute path or file:/// URL; empty for blobs in the data folder."
    )
    max_size: int = Field(64 * 2**20, ge=1, description="Bytes that one file may have at most.")
    grace: float = Field(
        3600.0,
        ge=10,
        description="Seconds for which bytes may wait for the commit of the act that stored them; then nobody holds them, and they go.",
    )

    @field_validator("url")
    @classmethod
    def _local(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("", "file"):
            raise ValueError("files are kept in a folder; write an absolute path or a file:/// URL")
        path = unquote(urlsplit(value).path) if value.startswith("file:") else value
        if path and not Path(path).is_absolute():
            raise ValueError("write an absolute path")
        return path
