"""What can be set for the album."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[album]``."""

    model_config = ConfigDict(extra="forbid")

    largest: int = Field(2_000_000, ge=1, le=4_000_000, description="Bytes that a picture may have.")
