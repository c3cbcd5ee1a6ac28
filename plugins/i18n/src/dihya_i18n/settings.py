"""What an integrator may set."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Settings(BaseModel):
    """The section ``[i18n]``."""

    model_config = ConfigDict(extra="forbid")

    default: str = Field(
        "fr", pattern=r"^[a-z]{2,3}$", description="Language for people whose browser asks for none of ours."
    )
    timezone: str = Field("Europe/Paris", description="Time zone in which dates are shown.")

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; write one like 'Europe/Paris' or 'UTC'") from error
        return value
