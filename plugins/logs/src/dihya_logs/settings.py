"""What can be set for logs: section ``[logs]`` of ``dihya.toml``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of the logs plugin."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level of what Dihya and its plugins say; libraries are heard from WARNING on."
    )
    console: Literal["text", "json", "off"] = Field(
        "text", description="How lines are written to standard error, or that they are not."
    )
    file: bool = Field(True, description="Whether lines are written to logs/dihya.jsonl in the data folder, as JSON.")
    file_bytes: int = Field(10 * 1024 * 1024, ge=1024, description="Size from which the file is put aside, in bytes.")
    file_count: int = Field(5, ge=1, le=1000, description="How many files that were put aside are kept.")
    file_days: int = Field(
        180, ge=1, le=3650, description="Days for which a line is kept at most; files go by age too."
    )
    anonymise: bool = Field(
        True,
        description="Whether e-mail addresses and phone numbers are removed and IP addresses shortened; "
        "secrets are removed in any case.",
    )
    slow_seconds: float = Field(
        1.0,
        ge=0,
        description="Seconds from which a request gets a line that says where its time went: statements, models, other "
        "hosts.",
    )
