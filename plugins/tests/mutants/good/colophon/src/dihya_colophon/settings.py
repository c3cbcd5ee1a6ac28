"""What can be set for the colophon."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[colophon]``."""

    model_config = ConfigDict(extra="forbid")

    licence: str = Field(
        "https://creativecommons.org/licenses/by/4.0/",
        pattern=r"^(https://[^\s<>]+)?$",
        description="Address of the licence of the pages; empty for none.",
    )
