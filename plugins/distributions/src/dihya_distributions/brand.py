"""The brand of a distribution: which settings of the pages it is made of, checked before anything is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.brand import Logo, Scheme, check_colour
from pydantic import BaseModel, ConfigDict, StringConstraints

from .providers import BRAND, LANGUAGES, section

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Brand(BaseModel):
    """Section ``[brand]``; what is left empty stays as it is everywhere."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(max_length=40)] = ""
    logo: str = ""
    colour: str = ""
    colour_dark: str = ""
    slogan: dict[Language, str] = {}
    welcome: dict[Language, str] = {}
    languages: list[Language] = []

    @property
    def file(self) -> str:
        """The name under which the logo lies in the distribution; empty where there is none."""
        return f"logo{Path(self.logo).suffix.lower()}" if self.logo else ""

    def check(self, folder: Path) -> None:
        """Raise Invalid for a logo that is no picture, a colour that cannot be read, or only one of the two colours."""
        if self.logo:
            _of("logo", lambda: Logo.read(folder / self.logo))
        pairs: tuple[tuple[str, str, Scheme], ...] = (
            ("colour", self.colour, "light"), ("colour_dark", self.colour_dark, "dark"),
        )  # fmt: skip
        for key, colour, scheme in pairs:
            if colour:
                _of(key, lambda colour=colour, scheme=scheme: check_colour(colour, scheme))  # type: ignore[misc]
        if bool(self.colour) != bool(self.colour_dark):
            raise Invalid(
                "[brand] colour and colour_dark belong together: one is for light pages, the other for dark ones"
            )

    def settings(self, version: str) -> dict[str, dict[str, Any]]:
        """Return the settings by which plugins show the brand; empty where there is none."""
        found: dict[str, Any] = {
            "name": self.name, "colour": self.colour, "colour_dark": self.colour_dark, "slogan": self.slogan,
            "welcome": self.welcome, "logo": f"{{distribution}}/{self.file}" if self.logo else "",
            "edition": version if self.name else "",
        }  # fmt: skip
        said = {key: value for key, value in found.items() if value}
        sections = {section(BRAND): said} if said else {}
        return sections | ({section(LANGUAGES): {"offered": self.languages}} if self.languages else {})


def _of(key: str, check: Any) -> None:
    try:
        check()
    except Invalid as error:
        raise Invalid(f"[brand] {key}: {error.message}") from error
