"""Edits of fields: which there are, what they are called, what they hold."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import is_special
from pydantic import Field

from .choice_edits import Choice, choices
from .draft import Draft, Edit, Part, refused, title_of
from .entities import subject_path
from .people_edits import set_personal
from .renaming import rename_field
from .suggesting import ABOUT_NOBODY, field_name
from .table_edits import Label

Kind = Literal[
    "text", "long_text", "integer", "decimal", "money", "percentage", "boolean", "date", "datetime", "email", "phone", "url",
    "iban", "enum", "sequence", "reference",
]  # fmt: skip
_LIMITED = ("text", "integer", "decimal", "money", "percentage")
_DEFAULTED = ("text", "long_text", "integer", "decimal", "money", "percentage", "boolean", "enum")
_UNIQUE = ("text", "integer", "email", "phone", "url", "iban", "date", "reference")
_OWN = {"enum": ("values",), "reference": ("to",), "sequence": ("pattern",)}
"""What only a field of this type says."""
_LEADING = ("name", "was", "type", "to", "values", "pattern", "label", "help")


class AddField(Edit):
    """Add a field. What only the label tells is suggested by it: type, technical name, whether it is about a person.

    ``values`` are the titles of a choice, ``to`` is the table that a reference points to; ``at`` the number before which it stands.
    """

    edit: Literal["add_field"]
    table: str
    label: Label
    type: Kind | Literal[""] = ""
    to: str = ""
    values: list[Label] = Field(default_factory=list, max_length=30)
    required: bool = False
    at: int | None = Field(default=None, ge=0)

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        if len(table["fields"]) >= 40:
            raise refused("/table", _("a table has 40 fields at most"))
        path = subject_path(table, draft.by_name)
        suggested = draft.lexicon.field(self.label, path is not None)
        kind = self.type or ("reference" if self.to else "enum" if self.values else suggested.type)
        typed = self.label if isinstance(self.label, str) else suggested.label["en"]
        if not typed.strip():
            raise refused("/label", _("a field needs a label"))
        name = field_name(typed, [each["name"] for each in table["fields"]], kind, self.table)
        field: Part = {"name": name, "type": kind, "label": suggested.label}
        if kind == "reference":
            field["to"] = pointed_to(draft, table, self.to)
        if kind == "enum":
            field["values"] = choices([Choice(title=each) for each in self.values], [], draft)
        if kind == "sequence":
            field["pattern"] = "{number}"
        if self.required and kind != "sequence":
            field["required"] = True
        at = len(table["fields"]) if self.at is None else min(self.at, len(table["fields"]))
        table["fields"].insert(at, field)
        draft.changed = (self.table, name)
        if kind != "reference":
            _say_about(draft, table, field, suggested.personal)


class RenameField(Edit):
    """Change what people call a field (``label``), the sentence below it (``help``; empty for none), or its technical ``name``."""

    edit: Literal["rename_field"]
    table: str
    field: str
    label: Label = ""
    help: Label | None = None
    name: str = Field(default="", max_length=40)

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if self.label:
            field["label"] = draft.lexicon.both(self.label)
        if self.help is not None:
            field.pop("help", None)
            if self.help:
                field["help"] = draft.lexicon.both(self.help)
        if self.name and self.name != self.field:
            rename_field(draft, table, field, self.name)


class RemoveField(Edit):
    """Remove a field, and what only it was for: a part of the caption, a column, rules."""

    edit: Literal["remove_field"]
    table: str
    field: str

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if len(table["fields"]) == 1:
            raise refused("/field", _("“%(table)s” has one field at least; remove the table", table=title_of(table)))
        if str(table.get("subject", "")).split(".")[0] == self.field:
            del table["subject"]
        table["fields"].remove(field)
        draft.changed = (self.table, "")


class MoveField(Edit):
    """Put a field at another place in its table: ``to`` is its number, from 0."""

    edit: Literal["move_field"]
    table: str
    field: str
    to: int = Field(ge=0)

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        table["fields"].remove(field)
        table["fields"].insert(min(self.to, len(table["fields"])), field)


class ChangeField(Edit):
    """Change what a field holds; what is not given stays. ``null`` takes a limit or a default away.

    A new type keeps label and names; limits, defaults, rules and sample values that do not fit it go.
    """

    edit: Literal["change_field"]
    table: str
    field: str
    type: Kind | Literal[""] = ""
    to: str = ""
    values: list[Label] = Field(default_factory=list, max_length=30)
    required: bool | None = None
    unique: bool | None = None
    min: int | None = None
    max: int | None = None
    default: bool | int | str | None = None
    pattern: str = Field(default="", max_length=30)

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if self.type and self.type != field["type"]:
            self._retype(draft, table, field)
        elif self.to and field["type"] == "reference":
            field["to"] = pointed_to(draft, table, self.to)
        if self.pattern and field["type"] == "sequence":
            field["pattern"] = self.pattern
        self._limit(field)
        order(field)

    def _retype(self, draft: Draft, table: Part, field: Part) -> None:
        was, field["type"] = field["type"], self.type
        for key in _OWN.get(was, ()):
            del field[key]
        if self.type not in _LIMITED or was not in _LIMITED or "text" in (was, self.type):
            field.pop("min", None), field.pop("max", None)
        field.pop("default", None)
        if self.type not in _UNIQUE:
            field.pop("unique", None)
        if self.type == "reference":
            field["to"] = pointed_to(draft, table, self.to)
            for key in ("personal", "impersonal", "purpose"):
                field.pop(key, None)
        if self.type == "enum":
            field["values"] = choices([Choice(title=each) for each in self.values], [], draft)
        if self.type == "sequence":
            field["pattern"] = self.pattern or "{number}"
            field.pop("required", None)
        if "reference" in (was, self.type):
            names = [each["name"] for each in table["fields"] if each is not field]
            plain = field["name"].removesuffix("_id")
            rename_field(draft, table, field, field_name(plain, names, self.type, self.table))
        if was == "reference":
            suggested = draft.lexicon.field(
                field.get("label", field["name"]), subject_path(table, draft.by_name) is not None
            )
            _say_about(draft, table, field, suggested.personal)

    def _limit(self, field: Part) -> None:
        for key in ("required", "unique"):
            if getattr(self, key) is not None:
                field.pop(key, None)
                if getattr(self, key):
                    field[key] = True
        for key in ("min", "max", "default"):
            if key in self.model_fields_set:
                field.pop(key, None)
                if getattr(self, key) is not None:
                    field[key] = getattr(self, key)


def pointed_to(draft: Draft, table: Part, name: str) -> str:
    """Return the table that a reference may point to. Raises Invalid for none, and for the table itself."""
    if name not in draft.by_name:
        raise refused("/to", _("no table %(name)r; one of %(known)s", name=name, known=", ".join(draft.by_name)))
    if name == table["name"]:
        raise refused("/to", _("a record cannot point to another record of its own table"))
    return name


def order(field: Part) -> None:
    """Put what a field says into the order in which people write it."""
    said = {key: field[key] for key in _LEADING if key in field} | field
    field.clear()
    field.update(said)


def _say_about(draft: Draft, table: Part, field: Part, category: str) -> None:
    """Say of a field that it is about a person, or about nobody."""
    if category and (subject_path(table, draft.by_name) is not None or is_special(category)):
        set_personal(draft, table, field, category)
    elif category:
        field["impersonal"] = ABOUT_NOBODY
        draft.say(
            _("“%(field)s” may be about somebody, but “%(table)s” leads to no person; add a reference, then say so",
              field=title_of(field), table=title_of(table))
        )  # fmt: skip
    else:
        field["impersonal"] = ABOUT_NOBODY


EDITS = (AddField, RenameField, RemoveField, MoveField, ChangeField)
