"""The limits of a generation."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field

TITLE = Text("Generating", "Génération")


class Settings(BaseModel):
    """``[services]`` in ``dihya.toml``."""

    model_config = ConfigDict(extra="forbid")

    idea_characters: int = editable(
        4000,
        Text("Longest idea (characters)", "Longueur maximale d’une idée (caractères)"),
        Text("The longest idea, in characters.", "Au-delà, l’idée est refusée avec une phrase."),
        ge=100,
        le=100_000,
    )
    threshold: float = Field(
        default=0.6, ge=0, le=1, description="A model less certain than this is not followed; rules answer."
    )
    deadline: float = editable(
        20.0,
        Text("Time for one proposal (seconds)", "Temps pour une proposition (secondes)"),
        Text(
            "Seconds that the models may take for one proposal, all questions together.",
            "Nombre de secondes accordées aux modèles pour une proposition, toutes questions réunies.",
        ),
        gt=0,
        le=120,
    )
    proof_seconds: float = Field(
        default=180.0, ge=5, le=3600, description="Seconds that the proof of a plugin may take."
    )
    proof_memory_mb: int = Field(
        default=1500, ge=128, description="Memory, in megabytes, that the proof of a plugin may take."
    )
    further_checks: bool = editable(
        True,
        Text("Checks after the offer", "Contrôles après l’offre"),
        Text(
            "Whether a plugin that is offered is checked further: changed lines, PostgreSQL, accessibility in a browser. They take minutes of a processor.",
            "Contrôler encore le plugin offert : lignes modifiées, PostgreSQL, accessibilité dans un navigateur. Cela prend des minutes de processeur.",
        ),
    )
    trials: int = editable(
        3,
        Text("Trials at the same time", "Essais en même temps"),
        Text(
            "How many generated plugins people may try at the same time on one machine; 0 for none.",
            "Nombre de plugins générés que l’on peut essayer en même temps sur une machine ; 0 pour aucun.",
        ),
        ge=0,
        le=50,
    )
    trial_minutes: int = Field(default=60, ge=1, le=480, description="Minutes after which a trial ends.")
    trial_memory_mb: int = Field(
        default=500, ge=200, le=8192, description="Memory, in megabytes, that one trial may take."
    )
    trial_disk_mb: int = Field(
        default=64, ge=16, le=4096, description="All that one trial may write, in megabytes; it is memory besides."
    )
    heartbeat: float = Field(
        default=15.0, ge=0.05, le=60, description="Seconds between comments on a progress stream that has no news."
    )
