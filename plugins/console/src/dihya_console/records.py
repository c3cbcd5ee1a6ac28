"""One resource as pages see it: captions, cells, options and rows for a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from dihya_hookspecs.access import Access, Decision
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Query, Records
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.asking import sortable
from dihya_hookspecs.web import Resource

from .captions import PARTS, Captions, fields_in
from .forms import Field, fields_of, label_of
from .menu import path_of

MOST_OPTIONS = 500
RANGES = ("date", "datetime-local", "number")
"""Kinds of inputs that a list is narrowed by from and to; moments by their day."""
ASKED = ("select", "checkbox", *RANGES)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as people read it.

    Attributes:
        kind: how it is shown: ``text``, ``date``, ``datetime``, ``number``, ``yes``, ``no``, ``link``.
        path: where a link leads.
        currency: of an amount, its code.
    """

    value: Any
    kind: str = "text"
    path: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``order`` is what sorting by it asks for, empty where nothing can be sorted."""

    name: str
    label: str
    order: str
    direction: Literal["", "ascending", "descending"] = ""
    number: bool = False


class Desk:
    """What somebody works on: one resource of one plugin."""

    def __init__(self, plugin: str, resource: Resource) -> None:
        self.plugin, self.resource = plugin, resource
        self.path = path_of(plugin, resource)

    def page_of(self, id: Any) -> str:
        """The address of the page of one record: the plugin's own, where it has one."""
        return self.resource.page.format(id=id) if self.resource.page else f"{self.path}{id}"

    @property
    def service(self) -> Records[Any]:
        """The resource's service in the act that is running."""
        return self.resource.service.from_container(current())

    @property
    def model(self) -> Any:
        """The table."""
        return self.resource.service.model

    def may(self, permission: str) -> bool:
        """Whether the actor of this act holds *permission*; nobody holds one without a name."""
        return bool(permission) and bool(get(Access).decide(current().actor, permission))

    def decide(self, permission: str, record: Any) -> Decision:
        """Whether the actor of this act may do this to a record, and why not."""
        return get(Access).decide(current().actor, permission, record)

    def hidden(self) -> frozenset[str]:
        """The columns that the actor of this act does not see."""
        return self.service.hidden()

    def fields(self) -> list[Field]:
        """The fields that the actor sees."""
        hidden = self.hidden()
        return [field for field in fields_of(self.resource) if field.name not in hidden]

    def inputs(self) -> list[Field]:
        """The inputs of the form: what the actor may write."""
        locked = self.service.locked()
        return [field for field in fields_of(self.resource) if field.name not in locked]

    def caption(self, record: Any) -> str:
        """What a record is called."""
        return Captions().of(self, record)

    def caption_fields(self) -> list[str]:
        """The fields that may tell a record's name: those of its pattern, otherwise its texts, otherwise its first columns."""
        hidden = self.hidden()
        if self.resource.caption:
            return [name for name in fields_in(self.resource.caption) if name not in hidden]
        return self.texts() or [name for name in self.resource.columns if name not in hidden][:PARTS]

    def texts(self) -> list[str]:
        """The columns of the list that hold words of their own: no references, no choices."""
        columns, chosen, hidden = self.model.__table__.columns, self.choices(), self.hidden()
        return [
            name
            for name in self.resource.columns
            if name in columns and columns[name].type.python_type is str
            and name not in self.resource.references and name not in chosen and name not in hidden
        ]  # fmt: skip

    def choices(self) -> dict[str, dict[str, str]]:
        """What people read for the values of enumerations, by field."""
        return {field.name: dict(field.choices) for field in self.fields() if field.choices}

    def other(self, name: str) -> Desk | None:
        """The resource that a field points to, where it exists and the actor may read it."""
        wanted = self._whole(self.resource.references.get(name, ""))
        for plugin, resource in get(Plugins).collected("register_resources"):
            if (plugin, resource.name) == wanted:
                desk = Desk(plugin, resource)
                return desk if desk.may(resource.read) else None
        return None

    def referring(self) -> Iterator[tuple[Desk, str]]:
        """The resources that point here, and by which field."""
        for plugin, resource in get(Plugins).collected("register_resources"):
            for name, target in resource.references.items():
                desk = Desk(plugin, resource)
                points = desk._whole(target) == (self.plugin, self.resource.name)
                if points and desk.may(resource.read) and name not in desk.hidden():
                    yield desk, name

    def _whole(self, target: str) -> tuple[str, str]:
        """Return the plugin and the name of a resource that is referred to: ``members``, or ``crm.clients`` of another one."""
        plugin, _dot, name = target.rpartition(".")
        return plugin or self.plugin, name

    def columns(self, sort: tuple[str, ...]) -> list[Column]:
        """The columns of the list, and how it is sorted; the first one names the record and leads to it."""
        kinds = {field.name: field.kind for field in self.fields()}
        found = [
            self._column(name, label_of(self.resource, name), sort, kinds.get(name) == "number")
            for name in self.listed()
        ]
        if self.resource.caption:
            told = [name for name in self.caption_fields() if name not in self.resource.references]
            singular = str(self.resource.singular)
            found.insert(0, self._column(told[0] if told else "", singular[:1].upper() + singular[1:], sort, False))
        return found

    def listed(self) -> list[str]:
        """The columns of the list that the records' names do not say already."""
        told = set(self.caption_fields()) - set(self.resource.references) if self.resource.caption else set()
        told |= self.hidden()
        return [name for name in self.resource.columns if name not in told]

    def totalled(self) -> list[str]:
        """The columns of the list of which it says the sum; the first one names the record and has none."""
        first = 0 if self.resource.caption else 1
        return [name for name in self.listed()[first:] if name in self.resource.totals]

    def _column(self, name: str, label: str, sort: tuple[str, ...], number: bool) -> Column:
        ascending, descending = sort[:1] == (name,), sort[:1] == (f"-{name}",)
        direction: Literal["", "ascending", "descending"]
        direction = "ascending" if ascending else "descending" if descending else ""
        link = (f"-{name}" if ascending else name) if name in sortable(self.resource) else ""
        return Column(name, label, link, direction, number)

    def questions(self) -> list[Field]:
        """The fields of the list that people narrow it by: choices, yes and no, and from and to of days, moments and numbers."""
        return [field for field in self.fields() if field.name in self.resource.columns and field.kind in ASKED]

    def currency(self, name: str) -> str:
        """The code of the currency in which a column holds amounts; empty for any other column."""
        column = self.model.__table__.columns.get(name)
        return getattr(column.type, "currency", "") if column is not None else ""

    def cell(self, record: Any, name: str, captions: Captions) -> Cell:
        """One value of a record as people read it."""
        value = None if name in captions.hidden(self) else getattr(record, name, None)
        value = value.value if isinstance(value, Enum) else value
        if value is None or value == "":
            return Cell("")
        if name in self.resource.references and (other := self.other(name)):
            said = captions.by_id(other, value)
            return Cell(_("not for you to see")) if said == str(value) else Cell(said, "link", other.page_of(value))
        if said := captions.worded(self, name, value):
            return Cell(said)
        if isinstance(value, bool):
            return Cell(value, "yes" if value else "no")
        if isinstance(value, list):
            return Cell(", ".join(map(str, value)))
        kinds = ((dt.datetime, "datetime"), (dt.date, "date"), ((int, float, Decimal), "number"))
        kind = next((kind for types, kind in kinds if isinstance(value, types)), "text")
        return Cell(value, kind, currency=self.currency(name) if kind == "number" else "")

    def options(self, field: Field, chosen: str, query: str) -> tuple[list[tuple[str, str]], bool] | None:
        """The records that a reference may point to, and whether there are more; None where they may not be read."""
        other = self.other(field.name)
        if other is None:
            return None
        options, more = other.named(query, MOST_OPTIONS)
        if chosen and chosen not in dict(options):
            options[:0] = [(chosen, Captions().by_id(other, chosen))]
        return sorted(options, key=lambda option: option[1].casefold()), bool(query) or more

    def named(self, query: str, most: int) -> tuple[list[tuple[str, str]], bool]:
        """The records that the words find, identifier and name, no two names alike; and whether there are more."""
        found, captions = self.service.find(Query(query, limit=most)), Captions()
        captions.prepare(self, found.items, self.caption_fields())
        return captions.distinct(self, found.items), found.next is not None
