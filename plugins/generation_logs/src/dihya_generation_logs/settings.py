"""What an operator can say about the log."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict

FLOOR = 183  # days; six months, articles 19(1) and 26(6) of Regulation (EU) 2024/1689

TITLE = Text("Records of generations", "Traces des générations")


class Settings(BaseModel):
    """Settings of the plugin ``generation_logs``."""

    model_config = ConfigDict(extra="forbid")

    retention_days: int = editable(
        365,
        Text("Keep records for (days)", "Garder les traces (jours)"),
        Text(
            "Days for which records are kept; never fewer than 183.",
            "Nombre de jours pendant lesquels les traces sont gardées ; jamais moins de 183.",
        ),
        ge=FLOOR,
        le=36_500,
    )
