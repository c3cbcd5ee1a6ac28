"""The settings of the core itself: ``[dihya]`` and ``[plugins]``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

TRUST = ("securite", "audit", "middleware", "db", "rgpd")
"""What the promises of SECURITY.md stand on: these run where they are installed, or nothing is served."""


class Core(BaseModel):
    """Section ``[dihya]``."""

    model_config = ConfigDict(extra="forbid")

    data: str = Field(
        "instance", description="Folder for the database, keys and files; relative to the configuration file."
    )
    debug: bool = Field(False, description="Show tracebacks in answers and on the command line; never in production.")
    trip_after: int = Field(
        5, ge=1, description="A plugin that fails so often within a minute is left out until re-armed."
    )
    start_seconds: float = Field(
        30, gt=0, le=600, description="A plugin that takes longer for one thing at the start is left out, by name."
    )
    probe_seconds: float = Field(2, gt=0, le=30, description="How long one health check may take.")


class Switches(BaseModel):
    """Section ``[plugins]``: which plugins run."""

    model_config = ConfigDict(extra="forbid")

    enable: list[str] = Field([], description="If not empty, only these plugins run, and all others are switched off.")
    disable: list[str] = Field([], description="These plugins do not run, and their code is not imported.")
    required: list[str] = Field([], description="The start stops when one of these cannot run.")
