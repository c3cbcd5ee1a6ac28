"""A structure while it is edited: its parts by name, what was said on the way, and where the change stands."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Block
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from pydantic import BaseModel, ConfigDict

from .suggesting import Lexicon

Part = dict[str, Any]


class Edit(BaseModel):
    """One edit, as it is sent."""

    model_config = ConfigDict(extra="forbid")

    def make(self, draft: Draft) -> None:
        """Make the change in a draft. Raises Invalid with one sentence where it cannot be made."""
        raise NotImplementedError


class Draft:
    """A copy of a structure that one edit may change.

    Attributes:
        notices: what follows from the edit, one sentence each, in the reader's language.
        changed: the table, and the field, that the edit is about.
    """

    def __init__(self, document: Mapping[str, Any], blocks: Mapping[str, Block]) -> None:
        self.data: Part = copy.deepcopy(dict(document))
        self.blocks = blocks
        self.notices: list[str] = []
        self.changed: tuple[str, str] = ("", "")

    @cached_property
    def lexicon(self) -> Lexicon:
        """What is known of labels: their words in both languages, their usual type and category."""
        return Lexicon(self.blocks.values())

    @property
    def tables(self) -> list[Part]:
        """The tables, in the order in which people see them."""
        tables: list[Part] = self.data["entities"]
        return tables

    @property
    def by_name(self) -> dict[str, Part]:
        """The tables by their technical names."""
        return {table["name"]: table for table in self.tables}

    def table(self, name: str, key: str = "table") -> Part:
        """Return a table. Raises Invalid, pointing at *key* of the edit, where there is none of that name."""
        if name not in self.by_name:
            raise refused(f"/{key}", _("no table %(name)r; one of %(known)s", name=name, known=", ".join(self.by_name)))
        self.changed = (name, "")
        return self.by_name[name]

    def field(self, table: str, name: str) -> tuple[Part, Part]:
        """Return a table and one of its fields. Raises Invalid where there is none."""
        found = self.table(table)
        field = next((each for each in found["fields"] if each["name"] == name), None)
        if field is None:
            known = ", ".join(each["name"] for each in found["fields"])
            raise refused("/field", _("no field %(name)r; one of %(known)s", name=name, known=known))
        self.changed = (table, name)
        return found, field

    def role(self, name: str) -> Part:
        """Return a role of the plugin's own. Raises Invalid where there is none."""
        found = next((each for each in self.data["roles"] if each["name"] == name), None)
        if found is None:
            known = ", ".join(each["name"] for each in self.data["roles"])
            raise refused("/role", _("no role %(name)r; one of %(known)s", name=name, known=known))
        role: Part = found
        return role

    def referring(self, name: str) -> Iterator[tuple[Part, Part]]:
        """Yield each field that points to the table *name*, with the table in which it stands."""
        for table in self.tables:
            for field in table["fields"]:
                if field.get("to") == name:
                    yield table, field

    def say(self, sentence: str) -> None:
        """Tell the person what else changed."""
        self.notices.append(sentence)

    def pointer(self) -> str:
        """Return where the change stands in the document; "" where it is about the whole."""
        table, field = self.changed
        names = list(self.by_name)
        if table not in names:
            return f"/entities/{max(len(names) - 1, 0)}" if table else ""
        number = names.index(table)
        fields = [each["name"] for each in self.tables[number]["fields"]]
        return f"/entities/{number}/fields/{fields.index(field)}" if field in fields else f"/entities/{number}"


def refused(pointer: str, reason: str) -> Invalid:
    """Return the refusal of an edit: one sentence, at the part of the edit that is wrong."""
    return Invalid(reason, flaws=[Flaw(pointer, reason)])


def title_of(part: Mapping[str, Any]) -> str:
    """Return what people call a table or a field, in the reader's language."""
    said = part.get("title") or part.get("label") or part["name"].removesuffix("_id").replace("_", " ").capitalize()
    return said if isinstance(said, str) else str(said.get(language.get()) or said["en"])
