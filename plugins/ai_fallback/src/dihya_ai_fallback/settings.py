"""What an operator can say about the chain."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.ai import Residency
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field

TITLE = Text("Models", "Modèles")


class Settings(BaseModel):
    """Settings of the plugin ``ai_fallback``."""

    model_config = ConfigDict(extra="forbid")

    residency: Residency = Field("any", description="The widest place where any text may go: local, eu or any.")
    no_training: bool = Field(True, description="Never ask a provider that may train on what it is sent.")
    daily_tokens: int = editable(
        200_000,
        Text("Tokens a person and day", "Jetons par personne et par jour"),
        Text(
            "Tokens that a person may use with providers in a day (UTC).",
            "Nombre de jetons qu’une personne peut utiliser chez des fournisseurs en un jour (UTC).",
        ),
        ge=0,
        le=1_000_000_000,
    )
    on_quota: Literal["degrade", "reject"] = Field(
        "degrade", description="When the quota is used up: go on with models of this machine, or answer 429."
    )
    breaker_window: float = Field(60.0, gt=0, description="Seconds over which a provider's failures are counted.")
    breaker_requests: int = Field(4, ge=1, description="Requests within the window below which nothing is concluded.")
    breaker_failures: float = Field(0.5, gt=0, le=1, description="Share of failures at which a provider is left alone.")
    breaker_cooldown: float = Field(30.0, gt=0, description="Seconds after which a provider left alone is tried once.")
