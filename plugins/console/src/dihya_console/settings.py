"""How the pages look: for everybody, and as each person likes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from dihya_hookspecs import Invalid
from dihya_hookspecs.brand import Logo, check_colour
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

_T = TypeVar("_T")
NAME = "Dihya"
DEFAULT_COLOURS = ("#04724d", "#3ccf9c")
Words = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")],
    Annotated[str, StringConstraints(min_length=1, max_length=300)],
]
"""A text in some languages, by code."""
TITLE = Text("Pages", "Pages")


class Settings(BaseModel):
    """Section ``[console]``."""

    model_config = ConfigDict(extra="forbid")

    name: str = editable(
        NAME,
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
    shortcuts: bool = editable(
        True,
        Text("Keys that lead to the search", "Touches qui mènent à la recherche"),
        Text(
            "/ and Ctrl-K put the cursor into the search of all lists; without this only Ctrl-K does.",
            "/ et Ctrl-K placent le curseur dans la recherche de toutes les listes ; sans cela, seul Ctrl-K le fait.",
        ),
        personal=True,
    )
    slots_seconds: float = Field(
        1.0, gt=0, le=60, description="What the slots of one page may take together; who comes later is left out of it."
    )
    logo: str = Field(
        "",
        description="Absolute path of the picture (SVG or PNG) that stands beside the name and in the tab of the browser; "
        "empty for ours.",
    )
    colour: str = Field(
        "", description="Colour of links and buttons on light pages, such as `#7a1f5c`; empty for ours."
    )
    colour_dark: str = Field("", description="The same on dark pages; empty for ours.")
    slogan: Words = Field(
        {}, description="Motto at the foot of pages and on the front page, by language; empty for ours."
    )
    welcome: Words = Field({}, description="What the front page says below the motto, by language; empty for ours.")
    edition: str = Field(
        "", max_length=60, description="Version of the distribution, which stands at the foot of pages; empty for none."
    )

    @field_validator("logo")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value and not Path(value).is_absolute():
            raise ValueError(f"the logo {value!r} has no absolute path; write one that begins with '/'")
        if value:
            _said(lambda: Logo.read(Path(value)))
        return value

    @field_validator("colour")
    @classmethod
    def _light(cls, value: str) -> str:
        return _said(lambda: check_colour(value, "light")) if value else value

    @field_validator("colour_dark")
    @classmethod
    def _dark(cls, value: str) -> str:
        return _said(lambda: check_colour(value, "dark")) if value else value


def _said(check: Callable[[], _T]) -> _T:
    """Return what a check gives; what it refuses, pydantic reports with its place."""
    try:
        return check()
    except Invalid as error:
        raise ValueError(error.message) from error
