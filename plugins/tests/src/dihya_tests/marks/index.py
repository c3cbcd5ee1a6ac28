"""Which rows the page has, in which order: ``modules.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from dihya_hookspecs import Invalid
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE = "modules.toml"


class Row(BaseModel):
    """A row of the page.

    Attributes:
        plugin: the plugin that answers it, where that is called otherwise than the module.
        note: why nothing can be checked although the module is there.
    """

    model_config = ConfigDict(extra="forbid")
    module: str
    role: str
    plugin: str = ""
    note: str = ""

    @property
    def answered_by(self) -> str:
        """The name of the plugin that answers the row, if there is one of that name."""
        return self.plugin or self.module


class Index(BaseModel):
    """All rows: those of the index that is answered, and below them what there is more."""

    model_config = ConfigDict(extra="forbid")
    language: Literal["en", "fr"] = "en"
    row: list[Row]
    more: list[Row] = Field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All rows in their order."""
        return [*self.row, *self.more]


def read(folder: Path) -> Index:
    """Return the rows that a folder's ``modules.toml`` lists. Raises Invalid where it cannot be read, or names a plugin twice."""
    path = folder / FILE
    try:
        index = Index.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error.strerror}; it lists the rows of the page") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error}") from error
    names = [row.answered_by for row in index.rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Invalid(f"{str(path)!r} has more than one row for {', '.join(twice)}")
    return index
