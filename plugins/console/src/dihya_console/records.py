"""One resource as pages see it: captions, cells, options and rows for a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Records
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.web import Resource

from .forms import Field, fields_of, label_of
from .menu import path_of

MOST_OPTIONS = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as people read it.

    Attributes:
        kind: how it is shown: ``text``, ``date``, ``datetime``, ``number``, ``yes``, ``no``, ``link``.
        path: where a link leads.
    """

    value: Any
    kind: str = "text"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``order`` is what sorting by it asks for, empty where nothing can be sorted."""

    name: str
    label: str
    order: str
    direction: str = ""
    number: bool = False


class Desk:
    """What somebody works on: one resource of one plugin."""

    def __init__(self, plugin: str, resource: Resource) -> None:
        self.plugin, self.resource = plugin, resource
        self.path = path_of(plugin, resource)

    @property
    def service(self) -> Records[Any]:
        """The resource's service in the act that is running."""
        return self.resource.service.from_container(current())  # type: ignore[attr-defined, no-any-return]

    @property
    def model(self) -> Any:
        """The table."""
        return self.resource.service.model  # type: ignore[attr-defined]

    def may(self, permission: str) -> bool:
        """Whether the actor of this act holds *permission*."""
        return get(Access).denial(current().actor, permission) is None

    def fields(self) -> list[Field]:
        """The inputs of the form."""
        return fields_of(self.resource)

    def caption(self, record: Any) -> str:
        """What a record is called: its first column of text that is not a reference."""
        for name in self.resource.columns:
            value = getattr(record, name, None)
            if isinstance(value, str) and value and name not in self.resource.references:
                return value
        return str(record.id)

    def other(self, name: str) -> Desk | None:
        """The resource that a field points to, where it exists and the actor may read it."""
        wanted = self.resource.references.get(name)
        for plugin, resource in get(Plugins).collected("register_resources"):
            if plugin == self.plugin and resource.name == wanted:
                desk = Desk(plugin, resource)
                return desk if desk.may(resource.read) else None
        return None

    def referring(self) -> Iterator[tuple[Desk, str]]:
        """The resources that point here, and by which field."""
        for plugin, resource in get(Plugins).collected("register_resources"):
            for name, target in resource.references.items():
                if plugin == self.plugin and target == self.resource.name:
                    desk = Desk(plugin, resource)
                    if desk.may(resource.read):
                        yield desk, name

    def columns(self, order: str) -> list[Column]:
        """The columns of the list, and how it is sorted."""
        sortable = self.model.__table__.columns
        kinds = {field.name: field.kind for field in self.fields()}
        found = []
        for name in self.resource.columns:
            ascending, descending = order == name, order == f"-{name}"
            direction = "ascending" if ascending else "descending" if descending else ""
            link = (f"-{name}" if ascending else name) if name in sortable else ""
            found.append(Column(name, label_of(self.resource, name), link, direction, kinds.get(name) == "number"))
        return found

    def cell(self, record: Any, name: str, captions: Mapping[str, Mapping[str, str]], known: dict[Any, str]) -> Cell:
        """One value of a record as people read it.

        Args:
            captions: of enumerations, by field.
            known: captions of records that were already looked up.
        """
        value = getattr(record, name, None)
        value = value.value if isinstance(value, Enum) else value
        if value is None or value == "":
            return Cell("")
        if name in self.resource.references and (other := self.other(name)):
            return Cell(_caption_of(other, value, known), "link", f"{other.path}{value}")
        if name in captions:
            return Cell(captions[name].get(str(value), str(value)))
        if isinstance(value, bool):
            return Cell(value, "yes" if value else "no")
        kinds = ((dt.datetime, "datetime"), (dt.date, "date"), ((int, float, Decimal), "number"))
        return Cell(value, next((kind for types, kind in kinds if isinstance(value, types)), "text"))

    def captions(self) -> dict[str, dict[str, str]]:
        """What people read for the values of enumerations, by field."""
        return {field.name: dict(field.choices) for field in self.fields() if field.choices}

    def options(self, field: Field, chosen: str, query: str) -> tuple[list[tuple[str, str]], bool] | None:
        """The records that a reference may point to, and whether there are more; None where they may not be read."""
        other = self.other(field.name)
        if other is None:
            return None
        found = other.service.find(query=query, limit=MOST_OPTIONS)
        options = [(str(record.id), other.caption(record)) for record in found.items]
        if chosen and chosen not in dict(options):
            options[:0] = [(chosen, _caption_of(other, chosen, {}))]
        return sorted(options, key=lambda option: option[1].casefold()), bool(query) or found.next is not None

    def table(self, query: str, order: str | None, filters: Mapping[str, Any]) -> str:
        """All records as a spreadsheet reads them: CSV with a byte order mark, separated as the language does."""
        names = list(dict.fromkeys((*self.resource.columns, *(field.name for field in self.fields()))))
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";" if language.get() == "fr" else ",")
        writer.writerow([harmless(label_of(self.resource, name)) for name in names])
        after, service, captions = None, self.service, self.captions()
        while True:
            page = service.find(query=query, order=order, filters=filters, limit=MOST_OPTIONS, after=after)
            for record in page.items:
                writer.writerow([self._plain(record, name, captions) for name in names])
            if (after := page.next) is None:
                return "\ufeff" + text.getvalue()

    def _plain(self, record: Any, name: str, captions: Mapping[str, Mapping[str, str]]) -> Any:
        value = getattr(record, name, None)
        value = value.value if isinstance(value, Enum) else value
        if name in captions and value is not None:
            value = captions[name].get(str(value), str(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, (dt.date, dt.datetime)):
            return value.isoformat()
        if value is None or isinstance(value, (int, float, Decimal)):
            return "" if value is None else value
        return harmless(str(value))


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _caption_of(desk: Desk, id: Any, known: dict[Any, str]) -> str:
    if id not in known:
        try:
            known[id] = desk.caption(desk.service.get(id if isinstance(id, uuid.UUID) else str(id)))
        except NotFound:
            known[id] = str(id)
    return known[id]
