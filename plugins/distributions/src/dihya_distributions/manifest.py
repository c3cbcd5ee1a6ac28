"""What a distribution shall be: ``distribution.toml``, read and checked before anything is fetched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from dihya_hookspecs import Invalid
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from .brand import Brand

CORE = ("dihya", "plugins")
"""Sections that are not a plugin's."""
Extra = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
PluginName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class Source(BaseModel):
    """Where one plugin comes from: a package index, which is asked for a range of versions, or a path.

    Attributes:
        path: a wheel, or the folder of a plugin; relative to the manifest.
        extras: which of its extras go in too, such as ``postgresql``.
    """

    model_config = ConfigDict(extra="forbid")

    version: str = ""
    path: str = ""
    extras: list[Extra] = []

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"version": value} if isinstance(value, str) else value

    @field_validator("version")
    @classmethod
    def _range(cls, value: str) -> str:
        try:
            SpecifierSet(value if value != "*" else "")
        except InvalidSpecifier as error:
            raise ValueError(
                f"{value!r} is no range of versions; write one like '>=1.2,<2', '==1.2.3' or '*'"
            ) from error
        return value if value != "*" else ""

    @model_validator(mode="after")
    def _one(self) -> Source:
        if self.path and self.version:
            raise ValueError("a path has the version that lies there; leave one of the two out")
        return self


class About(BaseModel):
    """Section ``[distribution]``: what it is called, and what it is made of.

    Attributes:
        find_links: folders with wheels that are looked into besides the index; relative to the manifest.
        constraints: a file of pip's kind with exact versions, so that the same manifest gives the same bytes later.
        statements: a folder with statements of ``dihya check``; those about a wheel that goes in go with it.
        locked: settings that only this manifest decides.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    version: str
    summary: str = ""
    find_links: list[str] = []
    constraints: str = ""
    statements: str = ""
    locked: list[str] = []

    @field_validator("version")
    @classmethod
    def _version(cls, value: str) -> str:
        try:
            return str(Version(value))
        except InvalidVersion as error:
            raise ValueError(f"{value!r} is no version; write one like '1.2'") from error

    @field_validator("name")
    @classmethod
    def _own(cls, value: str) -> str:
        if value == "dihya" or value.startswith("dihya-"):
            raise ValueError(f"{value!r} is the name of a package of plugins; give the distribution another one")
        return value


class Manifest(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    distribution: About
    plugins: dict[PluginName, Source] = Field(min_length=1)
    settings: dict[str, dict[str, Any]] = {}
    brand: Brand = Brand()
    _folder: Path = PrivateAttr(default=Path())

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Return the manifest of a file. Raises Invalid with one sentence for the first mistake."""
        try:
            manifest = cls.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"{path.name} cannot be read: {error}") from error
        except ValidationError as error:
            raise Invalid(f"{path.name}: {_first(error)}") from error
        manifest._folder = path.resolve().parent
        manifest._check(path.name)
        return manifest

    @property
    def label(self) -> str:
        """Name and version, as archive and folder are called."""
        return f"{self.distribution.name}-{self.distribution.version}"

    def place(self, said: str) -> Path:
        """Return the path that the manifest means."""
        return self._folder / said

    def all_settings(self) -> dict[str, dict[str, Any]]:
        """Return the settings together with those that the brand is made of."""
        found = {section: dict(values) for section, values in self.settings.items()}
        for section, values in self.brand.settings(self.distribution.version).items():
            found[section] = {**values, **found.get(section, {})}
        return found

    def _check(self, file: str) -> None:
        self.brand.check(self._folder)
        settings = self.all_settings()
        for name in self.distribution.locked:
            section, _, key = name.partition(".")
            if key not in settings.get(section, {}):
                known = [f"{one}.{other}" for one, values in settings.items() for other in values]
                raise Invalid(f"{file}: locked names {name!r}, about which [settings] says nothing{near(name, known)}")
        for section, values in self.brand.settings("").items():
            for key in values.keys() & self.settings.get(section, {}).keys():
                raise Invalid(f"{file}: [settings.{section}] {key} is said by [brand] already; take one of the two out")
        for said in (*self.distribution.find_links, self.distribution.constraints, self.distribution.statements):
            if said and not self.place(said).exists():
                raise Invalid(f"{file}: there is no {said!r} beside it")
        for name, source in self.plugins.items():
            if source.path and not self.place(source.path).exists():
                raise Invalid(f"{file}: plugin {name!r} shall come from {source.path!r}, which is not there")


def near(name: str, known: Sequence[str]) -> str:
    """Return a did-you-mean, or nothing."""
    found = get_close_matches(name, known, 1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    path = [str(part) for part in detail["loc"]]
    said = re.sub(r"^(Value error, |Input should be )", "", str(detail["msg"]))
    where = f"[{path[0]}] {'.'.join(path[1:])}".strip() if path else "the file"
    if detail["type"] == "extra_forbidden":
        return f"{where} is no key of a distribution; take it out"
    if detail["type"] == "missing":
        return f"{where} is missing; write it"
    return f"{where}: {said}"
