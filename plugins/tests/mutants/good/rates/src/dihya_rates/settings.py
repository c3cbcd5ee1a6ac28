"""What can be set for rates."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Section ``[rates]``."""

    model_config = ConfigDict(extra="forbid")

    euros: dict[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[float, Field(gt=0)]] = Field(
        default={"EUR": 1.0}, description="How many of each currency one euro is."
    )
