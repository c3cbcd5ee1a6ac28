"""What a page of the editor shows: the structure that stands, what was typed into one form, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs.i18n import gettext as _
from werkzeug.datastructures import MultiDict

from ..models import Generation
from . import forms
from .inputs import Fields
from .parts import Part, title_of

_KEYS = ("table", "field", "role", "purpose")


@dataclass(frozen=True)
class Sheet:
    """A page.

    Attributes:
        posted: what was typed, where a form could not be taken; empty otherwise.
        faults: what is wrong with its fields, by name; "" for what belongs to none.
        error: the same in one sentence.
        changed: what others changed meanwhile, one sentence each; only where *stale*.
        said: what the last change came to.
        focus: the id of the element that has the focus.
    """

    draft: Generation
    document: Part
    posted: Fields = field(default_factory=lambda: MultiDict())
    faults: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    stale: bool = False
    changed: Sequence[str] = ()
    said: Sequence[str] = ()
    focus: str = ""
    undo: str = ""
    redo: str = ""

    def form(self, name: str, **about: str) -> Form:
        """Return one form of the page; *about* names the table, field, role or purpose for which it stands."""
        return Form(self, name, about)

    def compared(self) -> list[tuple[str, str, str]]:
        """Return what differs between the form and what stands: the field's name in words, what was typed, what stands."""
        labels, stands = names(), forms.standing(self.document, self.posted)
        found = []
        for name in dict.fromkeys([*stands, *(key for key in self.posted if key in labels)]):
            typed = self._shown(
                self.posted.getlist(name) if isinstance(stands.get(name), list) else self.posted.get(name)
            )
            there = self._shown(stands.get(name))
            if name in labels and typed != there:
                found.append((labels[name], typed, there))
        return found

    def _shown(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value)
        if isinstance(value, bool) or value == "on":
            return _("yes") if value else ""
        return "" if value is None else str(value)

    def about(self) -> str:
        """Return what the posted form is about, in words."""
        return next(
            (title_of(each) for each in self.document["entities"] if each["name"] == self.posted.get("table")), ""
        )


@dataclass(frozen=True)
class Form:
    """One form: what its fields hold, and what is wrong with them."""

    sheet: Sheet
    name: str
    key: Mapping[str, str]

    @property
    def posted(self) -> bool:
        """Whether it is the form that could not be taken."""
        given = self.sheet.posted
        return given.get("form") == self.name and all(
            given.get(key, "") == self.key.get(key, "") for key in _KEYS if key in self.key
        )

    @property
    def stands(self) -> Mapping[str, Any]:
        """What its fields hold as long as nobody types."""
        return forms.standing(self.sheet.document, MultiDict({"form": self.name, **self.key}))

    def value(self, name: str, otherwise: Any = "") -> Any:
        """Return what stands in a field: what was typed, or what stands in the document."""
        if self.posted:
            return self.sheet.posted.get(name, "")
        return self.stands.get(name, otherwise)

    def ticked(self, name: str, value: str = "") -> bool:
        """Tell whether a box is ticked; of several with one name, the one with this value."""
        if self.posted:
            return value in self.sheet.posted.getlist(name) if value else name in self.sheet.posted
        stands = self.stands.get(name)
        return value in stands if isinstance(stands, list) else bool(stands)

    def fault(self, name: str) -> str:
        """Return what is wrong with a field; "" for nothing."""
        return self.sheet.faults.get(name, "") if self.posted else ""

    def id(self, name: str) -> str:
        """Return the id of a field: no two forms of a page have the same."""
        return "-".join([self.name, *self.key.values(), name.replace(".", "-")])


def names() -> dict[str, str]:
    """Return what people call the fields of the editor's forms."""
    return {
        "title": _("Title"), "title_other": _("Title in the other language"), "singular": _("One of them is called"),
        "singular_other": _("One of them, in the other language"), "description": _("What it is for"),
        "description_other": _("What it is for, in the other language"), "name": _("Technical name"),
        "language": _("Language of the plugin"), "label": _("Label"), "label_other": _("Label in the other language"),
        "help": _("Help below the field"), "help_other": _("Help in the other language"), "type": _("Type"),
        "to": _("Points to"), "values": _("Choices, one a line"), "required": _("Required"), "unique": _("No two the same"),
        "min": _("At least"), "max": _("At most"), "default": _("Value of a new record"), "pattern": _("What numbers look like"),
        "about": _("Is it about a person?"), "category": _("What it says of the person"), "held_for": _("Held for"),
        "reason": _("Why it is about nobody"), "person": _("Its records are people"), "erase": _("When the person is erased"),
        "purpose": _("Held for"), "caption": _("What one record is called"), "order": _("Sorted by"),
        "columns": _("Columns of the list"), "search": _("Searched"), "totals": _("Summed up"), "basis": _("Legal basis"),
        "kept": _("Data are kept"), "count": _("How many"), "unit": _("Years, months or days"), "since": _("Counted from"),
        "retention": _("A rule of one's own"), "article9": _("Condition of article 9"), "sentence": _("One more sentence"),
    }  # fmt: skip
