"""Edits of the whole, and of tables: what they are called, which there are, in which order, what a list shows."""

from __future__ import annotations

from typing import Literal

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import is_special
from pydantic import Field

from .composing import additions
from .draft import Draft, Edit, Part, refused, title_of
from .entities import subject_path
from .names import plural
from .renaming import rename_table
from .structure import access_of
from .suggesting import ABOUT_NOBODY, field_name, table_names

Label = str | dict[Literal["en", "fr"], str]


class SetTitle(Edit):
    """Change what people call the application, and what it is for."""

    edit: Literal["set_title"]
    title: str = Field(min_length=1, max_length=80)
    description: Label | None = None

    def make(self, draft: Draft) -> None:
        draft.data["title"] = self.title
        if self.description is not None:
            draft.data["description"] = draft.lexicon.both(self.description)


class SetName(Edit):
    """Change the plugin's technical name: its folder, package, addresses and tables bear it. Of an installed plugin it cannot change."""

    edit: Literal["set_name"]
    name: str = Field(min_length=2, max_length=31)

    def make(self, draft: Draft) -> None:
        draft.data["name"] = self.name


class SetLanguage(Edit):
    """Change the language of the README and the sample records."""

    edit: Literal["set_language"]
    language: Literal["en", "fr"]

    def make(self, draft: Draft) -> None:
        draft.data["language"] = self.language


class AddTable(Edit):
    """Add a table: a block of the vocabulary with all that it cannot do without, or a plain one that holds a name.

    ``title`` is the plural that people read; technical names follow from it. ``at`` is the number before which it stands.
    """

    edit: Literal["add_table"]
    title: Label = ""
    singular: Label = ""
    block: str = Field(default="", max_length=40)
    at: int | None = Field(default=None, ge=0)

    def make(self, draft: Draft) -> None:
        if len(draft.tables) >= 1 and self.block:
            self._compose(draft)
        elif not self.title:
            raise refused("/title", _("a table needs a title"))
        else:
            self._plain(draft)

    def _compose(self, draft: Draft) -> None:
        if self.block not in draft.blocks:
            raise refused("/block", _("no block %(name)r", name=self.block))
        made = additions([self.block], draft.data, draft.blocks)
        if not made:
            raise refused("/block", _("a table for %(name)r is there already", name=self.block))
        for table in made:
            for name, purpose in dict(table.pop("purposes", {})).items():
                draft.data["purposes"].setdefault(name, purpose)
        if self.title:
            made[-1]["title"] = draft.lexicon.both(self.title)
        self._put(draft, [dict(table) for table in made])
        if len(made) > 1:
            draft.say(
                _(
                    "it brings along: %(tables)s",
                    tables=", ".join(title_of(table) for table in made if table["name"] != self.block),
                )
            )
        draft.changed = (next((each["name"] for each in made if each.get("block") == self.block), made[0]["name"]), "")

    def _plain(self, draft: Draft) -> None:
        title = draft.lexicon.both(self.title)
        singular = draft.lexicon.both(self.singular) if self.singular else None
        typed = self.title if isinstance(self.title, str) else title["en"]
        one = "" if not self.singular else self.singular if isinstance(self.singular, str) else self.singular["en"]
        name, many = table_names(typed, one, names_of(draft))
        label = {"en": "Name", "fr": "Nom"}
        first = {
            "name": field_name("name", ()),
            "type": "text",
            "required": True,
            "label": label,
            "impersonal": ABOUT_NOBODY,
        }
        table = {
            "name": name, "plural": many, "title": title, **({"singular": singular} if singular else {}),
            "access": access_of({"fields": []}, ordinary(draft), draft.data["roles"]),
            "caption": f"{{{first['name']}}}", "fields": [first],
        }  # fmt: skip
        self._put(draft, [table])
        draft.changed = (name, "")

    def _put(self, draft: Draft, tables: list[Part]) -> None:
        at = len(draft.tables) if self.at is None else min(self.at, len(draft.tables))
        draft.tables[at:at] = tables


class RenameTable(Edit):
    """Change what people call a table: its plural ``title``, its ``singular``, and, if it is given, its technical ``name``."""

    edit: Literal["rename_table"]
    table: str
    title: Label = ""
    singular: Label = ""
    name: str = Field(default="", max_length=30)

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        for key, said in (("title", self.title), ("singular", self.singular)):
            if said:
                table[key] = draft.lexicon.both(said)
        if self.title and not self.singular and "singular" not in table:
            table["singular"] = draft.lexicon.both(self.title)
        if self.name and self.name != self.table:
            if self.name in names_of(draft):
                raise refused("/name", _("%(name)r is already the name of a table; choose another", name=self.name))
            rename_table(draft, table, self.name)


class RemoveTable(Edit):
    """Remove a table, and the fields of other tables that point to it."""

    edit: Literal["remove_table"]
    table: str

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        if len(draft.tables) == 1:
            raise refused("/table", _("an application has one table at least"))
        for other, field in list(draft.referring(self.table)):
            if other is table:
                continue
            if len(other["fields"]) == 1:
                raise refused(
                    "/table", _("“%(table)s” would have no field left; remove it first", table=title_of(other))
                )
            other["fields"].remove(field)
            if str(other.get("subject", "")).split(".")[0] == field["name"]:
                del other["subject"]
            draft.say(_("“%(field)s” of “%(table)s” goes with it", field=title_of(field), table=title_of(other)))
        draft.tables.remove(table)
        if orphans := [each for each in draft.tables if _about_nobody_left(each, draft)]:
            names = ", ".join(f"“{title_of(each)}”" for each in orphans)
            raise refused(
                "/table",
                _("%(tables)s would say something about people and lead to nobody; remove them first", tables=names),
            )


class MoveTable(Edit):
    """Put a table at another place: ``to`` is its number, from 0."""

    edit: Literal["move_table"]
    table: str
    to: int = Field(ge=0)

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        draft.tables.remove(table)
        draft.tables.insert(min(self.to, len(draft.tables)), table)


class ArrangeTable(Edit):
    """Say what a record is called (``caption``, fields in braces), what a list shows, searches and sums up, and its order.

    What is not given stays; an empty text or list means as Dihya would do it.
    """

    edit: Literal["arrange_table"]
    table: str
    caption: str | None = Field(default=None, max_length=120)
    columns: list[str] | None = None
    search: list[str] | None = None
    totals: list[str] | None = None
    order: str | None = None

    def make(self, draft: Draft) -> None:
        table = draft.table(self.table)
        known = {field["name"] for field in table["fields"]} | {"created_at", "changed_at"}
        for key in ("caption", "columns", "search", "totals", "order"):
            value = getattr(self, key)
            if value is None:
                continue
            for number, name in enumerate(value if isinstance(value, list) else ()):
                if name not in known:
                    raise refused(f"/{key}/{number}", _("no field %(name)r", name=name))
            table.pop(key, None)
            if value:
                table[key] = value


def names_of(draft: Draft) -> set[str]:
    """Return every name that a new table cannot have."""
    return {name for table in draft.tables for name in (table["name"], table.get("plural") or plural(table["name"]))}


def ordinary(draft: Draft) -> dict[str, Part]:
    """Return the tables without data of a special category, by name: those whose access a new table may borrow."""
    return {
        name: table
        for name, table in draft.by_name.items()
        if not any(is_special(field.get("personal", "")) for field in table["fields"])
    }


def _about_nobody_left(table: Part, draft: Draft) -> bool:
    return any("personal" in field for field in table["fields"]) and subject_path(table, draft.by_name) is None


EDITS = (SetTitle, SetName, SetLanguage, AddTable, RenameTable, RemoveTable, MoveTable, ArrangeTable)
