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
    heartbeat: float = Field(
        default=15.0, ge=0.05, le=60, description="Seconds between comments on a progress stream that has no news."
    )
