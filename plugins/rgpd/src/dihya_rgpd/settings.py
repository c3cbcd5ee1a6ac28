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
    origin: str = editable(
        "",
        Text("Where the data comes from", "D’où viennent les données"),
        Text(
            "For the notice to people: from themselves, or from whom else.",
            "Pour la notice d’information : des personnes elles-mêmes, ou de qui d’autre.",
        ),
        max_length=1000,
    )
    authority: str = editable(
        "",
        Text("Supervisory authority", "Autorité de contrôle"),
        Text(
            "To whom people complain, and how they reach it; left empty in France, it is the CNIL.",
            "Celle que les personnes peuvent saisir, et comment ; en France, laissée vide, c’est la CNIL.",
        ),
        max_length=300,
    )
    notice_more: str = editable(
        "",
        Text("Further words of the notice", "Compléments de la notice"),
        Text(
            "Whether people must give the data and what follows if not, decisions that nobody takes by hand, and whatever else.",
            "Si les données sont obligatoires et ce qui suit un refus, les décisions automatisées, et le reste.",
        ),
        max_length=4000,
    )
    notice_public: bool = editable(
        False,
        Text("Publish the notice", "Publier la notice"),
        Text(
            "Everybody reads the notice at /rgpd/privacy, without signing in.",
            "Chacun lit la notice à l’adresse /rgpd/privacy, sans se connecter.",
        ),
    )
