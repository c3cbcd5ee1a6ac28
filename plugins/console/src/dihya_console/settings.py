"""How the pages look: for everybody, and as each person likes them."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field

TITLE = Text("Pages", "Pages")


class Settings(BaseModel):
    """Section ``[console]``."""

    model_config = ConfigDict(extra="forbid")

    name: str = editable(
        "Dihya",
        Text("Name of the application", "Nom de l’application"),
        Text(
            "Stands at the top of each page and in the title of the window.",
            "Figure en haut de chaque page et dans le titre de la fenêtre.",
        ),
        min_length=1,
        max_length=40,
    )
    theme: Literal["auto", "light", "dark"] = editable(
        "auto",
        Text("Colours", "Couleurs"),
        Text("Light or dark pages.", "Pages claires ou sombres."),
        personal=True,
        choices={
            "auto": Text("As the device", "Comme l’appareil"),
            "light": Text("Light", "Claires"),
            "dark": Text("Dark", "Sombres"),
        },
    )
    rows: int = editable(
        50,
        Text("Rows of a list", "Lignes d’une liste"),
        Text("How many records one page of a list shows.", "Nombre de fiches que montre une page d’une liste."),
        personal=True,
        ge=5,
        le=500,
    )
    slots_seconds: float = Field(
        1.0, gt=0, le=60, description="What the slots of one page may take together; who comes later is left out of it."
    )
