"""What can be set for the shelf."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[shelf]``."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(21, ge=1, le=365, description="For how many days a loan is given when it is renewed.")
