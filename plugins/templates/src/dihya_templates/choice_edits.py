"""Edits of a choice: its values, and where the records of those that go belong."""

from __future__ import annotations

from typing import Any, Literal

from dihya_hookspecs.i18n import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from .draft import Draft, Edit, Part, refused, title_of
from .people_edits import Label
from .suggesting import choice_name


class Choice(BaseModel):
    """One value of a choice: ``name`` is that of a choice that is there already; of a new one it follows from ``title``."""

    model_config = ConfigDict(extra="forbid")

    title: Label
    name: str = Field(default="", max_length=40)


class SetChoices(Edit):
    """Give the values of a choice, in their order. A value that is there already is named; one left out is removed.

    ``moved`` says for a removed value which other one its records have from now on.
    """

    edit: Literal["set_choices"]
    table: str
    field: str
    choices: list[Choice] = Field(min_length=1, max_length=30)
    moved: dict[str, str] = Field(default_factory=dict)

    def make(self, draft: Draft) -> None:
        table, field = draft.field(self.table, self.field)
        if field["type"] != "enum":
            raise refused("/field", _("“%(field)s” is no choice", field=title_of(field)))
        before = field["values"]
        field["values"] = choices(self.choices, before, draft)
        kept = [value["name"] for value in field["values"]]
        gone = [value for value in before if value["name"] not in kept]
        self._move(field, gone)
        if field.get("default") not in (None, *kept):
            field["default"] = self.moved.get(field["default"], kept[0])
            draft.say(_("new records have “%(value)s” from now on", value=_title(field, field["default"])))
        for rule in table.get("rules", ()):
            if rule["rule"] == "states" and rule["field"] == self.field:
                rule["moves"] = _moves(rule["moves"], kept, [value["name"] for value in before])
        for row in table.get("sample", {}).values():
            if row.get(self.field) in self.moved:
                row[self.field] = self.moved[row[self.field]]

    def _move(self, field: Part, gone: list[Part]) -> None:
        """Let each value remember which others have become it."""
        values = {value["name"]: value for value in field["values"]}
        for name, target in self.moved.items():
            if name not in [value["name"] for value in gone]:
                raise refused("/moved", _("%(name)r is no value that is removed", name=name))
            if target not in values:
                raise refused("/moved", _("no value %(name)r; one of %(known)s", name=target, known=", ".join(values)))
        for value in gone:
            if target := values.get(self.moved.get(value["name"], "")):
                target["was"] = [*dict.fromkeys([*target.get("was", ()), *value.get("was", ()), value["name"]])]


def choices(given: list[Choice], before: list[Part], draft: Draft) -> list[Part]:
    """Return the values of a choice. Raises Invalid for none, and for a name that is no value of it."""
    if not given:
        raise refused("/values", _("a choice needs values; name them"))
    known = {value["name"]: value for value in before}
    names = [each.name for each in given if each.name] + list(known)
    found = []
    for number, each in enumerate(given):
        if each.name and before and each.name not in known:
            raise refused(
                f"/choices/{number}/name",
                _("no value %(name)r; one of %(known)s", name=each.name, known=", ".join(known)),
            )
        title = draft.lexicon.both(each.title)
        name = each.name or choice_name(each.title if isinstance(each.title, str) else title["en"], names)
        names.append(name)
        found.append({**known.get(name, {}), "name": name, "title": title})
    return found


def _moves(moves: dict[str, Any], kept: list[str], before: list[str]) -> dict[str, list[str]]:
    """Return the moves between the values that are there: a new one can be reached from all, and left to all."""
    new = [name for name in kept if name not in before]
    found = {name: [each for each in moves.get(name, kept) if each in kept and each != name] for name in kept}
    return {
        name: [*dict.fromkeys([*following, *(each for each in new if each != name)])]
        for name, following in found.items()
    }


def _title(field: Part, name: str) -> str:
    return title_of(next(value for value in field["values"] if value["name"] == name))


EDITS = (SetChoices,)
