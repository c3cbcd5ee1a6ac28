"""How long events and what waits for somebody are kept."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict

TITLE = Text("Events", "Événements")


class Settings(BaseModel):
    """Settings of the events."""

    model_config = ConfigDict(extra="forbid")

    keep_days: int = editable(
        30,
        Text("Keep events for (days)", "Garder les événements (jours)"),
        Text(
            "Days for which events that everybody got stay in the list.",
            "Nombre de jours pendant lesquels restent dans la liste les événements que tous ont reçus.",
        ),
        ge=1,
        le=3650,
    )
    backlog_days: int = editable(
        7,
        Text("Wait for a subscriber that is away (days)", "Attendre un abonné absent (jours)"),
        Text(
            "Days for which events wait for a subscriber whose plugin is away.",
            "Nombre de jours pendant lesquels les événements attendent un abonné dont le greffon est absent.",
        ),
        ge=1,
        le=365,
    )
