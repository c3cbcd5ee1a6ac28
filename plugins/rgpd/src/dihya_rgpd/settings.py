"""What the desk assumes of the people that it looks for, and how often what is over is looked for."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field

TITLE = Text("Personal data", "Données personnelles")


class Settings(BaseModel):
    """Settings of the desk."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(
        "FR", pattern="^[A-Z]{2}$", description="Country (ISO 3166) of phone numbers that are written without a prefix."
    )
    retention: bool = editable(
        True,
        Text("Remove automatically what is over", "Supprimer automatiquement ce qui est échu"),
        Text(
            "Remove or empty, once a day, what has been kept for as long as its column says.",
            "Supprimer ou vider, une fois par jour, ce qui a été gardé aussi longtemps que le dit sa colonne.",
        ),
    )
    controller: str = editable(
        "",
        Text("Controller", "Responsable de traitement"),
        Text(
            "Name and address of who answers for the data; the register begins with it.",
            "Nom et adresse de qui répond des données ; le registre commence par là.",
        ),
        max_length=300,
    )
    officer: str = editable(
        "",
        Text("Data protection officer", "Délégué à la protection des données"),
        Text("Name, and how people reach them.", "Nom, et comment les joindre."),
        max_length=300,
    )
    measures: str = editable(
        "",
        Text("Security measures", "Mesures de sécurité"),
        Text(
            "In a few sentences, beyond what the application does by itself: premises, paper, training.",
            "En quelques phrases, au-delà de ce que l’application fait d’elle-même : locaux, papier, formation.",
        ),
        max_length=2000,
    )
