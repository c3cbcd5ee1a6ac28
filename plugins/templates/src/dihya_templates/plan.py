"""What the renderer sees: the entities of a structure with every default worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs.i18n import Text

from .names import camel

FIRST = "0.1.0"
"""The version of a plugin that was just generated."""


@dataclass(frozen=True)
class Purpose:
    """Why and for how long; *law* is what else the class says of it: the condition of article 9, the source."""

    name: str
    title: Text
    basis: str
    retention: str
    law: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One column, its place in the form, and what it says about people."""

    name: str
    kind: str
    label: Text
    required: bool
    unique: bool
    least: int | None
    most: int | None
    default: Any
    values: tuple[tuple[str, Text], ...]
    target: str
    category: str
    why: str
    purpose: Purpose | None
    emptied: bool = False
    pattern: str = ""
    help: Text | None = None

    @property
    def given(self) -> bool:
        """True when the application says the value, and no form does."""
        return self.kind == "sequence"

    @property
    def optional(self) -> bool:
        """True when a form may leave it empty."""
        return not self.required and self.default is None and not self.given

    @property
    def nullable(self) -> bool:
        """True when the column may be empty, be it because erasure empties it."""
        return self.optional or self.emptied


@dataclass(frozen=True)
class Rule:
    """A rule, with the field it is told to and the two messages that tell it."""

    kind: str
    data: Mapping[str, Any]
    message: Text
    target: Entity | None = None

    @property
    def parent(self) -> Entity:
        """The entity whose field limits a sum."""
        if self.target is None:
            raise TypeError(f"the rule {self.kind!r} has no target")
        return self.target

    @property
    def field(self) -> str:
        """The name of the field that a refusal points to."""
        return str(self.data.get("field") or self.data["fields"][0])


@dataclass(frozen=True)
class Entity:
    """One table."""

    name: str
    plural: str
    title: Text
    singular: Text
    purpose: Purpose | None
    subject: str | None
    erase: str
    kept: bool
    order: str
    search: tuple[str, ...]
    columns: tuple[str, ...]
    totals: tuple[str, ...]
    caption: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    sample: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def model(self) -> str:
        return camel(self.name)

    def get(self, name: str) -> Field:
        """Return one field."""
        return next(each for each in self.fields if each.name == name)

    @property
    def personal(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.category)

    @property
    def references(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.target)


@dataclass(frozen=True)
class Publisher:
    """Who answers for a plugin that its author goes on writing, and under which licence others get it.

    Attributes:
        address: where its source is; empty for nowhere yet.
        licence: an SPDX identifier; *text* is what it says.
    """

    author: str
    licence: str
    text: str
    address: str = ""


@dataclass(frozen=True)
class Plan:
    """One plugin to be rendered; entities stand in the order in which their tables can be made, roles as ``club:coach``."""

    name: str
    title: str
    description: str
    language: str
    structure: Mapping[str, Any]
    entities: tuple[Entity, ...]
    roles: tuple[tuple[str, Text], ...]
    publisher: Publisher | None = None
    version: str = FIRST

    @property
    def origin(self) -> Mapping[str, str]:
        """Name and version of the template from which the structure came; empty for none."""
        return self.structure.get("template", {})

    @property
    def package(self) -> str:
        return f"dihya_{self.name}"

    @property
    def distribution(self) -> str:
        return f"dihya-{self.name.replace('_', '-')}"

    @property
    def kinds(self) -> set[str]:
        return {each.kind for entity in self.entities for each in entity.fields}

    @property
    def rule_kinds(self) -> set[str]:
        return {rule.kind for entity in self.entities for rule in entity.rules}

    def entity(self, name: str) -> Entity:
        return next(each for each in self.entities if each.name == name)

    def say(self, text: Text) -> str:
        """Return the text in the language of the project."""
        return text.fr if self.language == "fr" else text.en
