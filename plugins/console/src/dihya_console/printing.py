"""Records and lists as papers: no frame, no menu, for the print dialog of the browser."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Filter, Query, tables, where
from dihya_hookspecs.resources.columns import shown as shown_of
from dihya_hookspecs.ui import Head
from flask import Response, request

from .base_pages import BasePages
from .captions import Captions
from .forms import label_of
from .records import Cell, Column, Desk

MOST_ROWS = 2000
"""A longer list is refused with a word: nobody hands over so much paper."""
MOST_LINES = 500
"""Of the records of one list that belong to a record, its paper has this many, and says that there are more."""
ON_A_CARD = 4
"""A card has room for this many facts."""
_ENDS = ("after", "before", "lang", "limit")


class Lines(NamedTuple):
    """A table on a paper.

    Attributes:
        heads: the first one names the record.
        rows: the name of each record and the cells of the other columns.
        sums: of the other columns, None for one without a sum.
        more: whether there are records that the table leaves out.
    """

    title: str
    heads: list[Head]
    rows: list[tuple[str, list[Cell]]]
    sums: list[Cell | None]
    more: bool = False


class PrintPages(BasePages):
    """The papers of one resource."""

    def paper(self, id: uuid.UUID) -> Response:
        """One record as its reader sees it, and what belongs to it."""
        desk, captions = self._desk, Captions()
        record = desk.service.consult(id)
        return self._page(
            "print", captions.of(desk, record), facts=facts(desk, record, captions), back=desk.page_of(id),
            tables=list(_belonging(desk, id)), kind=_begun(str(desk.resource.singular)), card=f"{desk.path}{id}/card", today=_now(), asked=[], alone=False,
        )  # fmt: skip

    def card(self, id: uuid.UUID) -> Response:
        """One record on a card of 8.5 by 5.4 cm: its name, and the first columns of the list."""
        desk, captions = self._desk, Captions()
        record = desk.service.consult(id)
        cells = [(label_of(desk.resource, name), desk.cell(record, name, captions)) for name in desk.listed()]
        filled = [
            (label, cell) for label, cell in cells if cell.value != "" and cell.value != captions.of(desk, record)
        ]
        return self._page(
            "card", captions.of(desk, record), facts=filled[:ON_A_CARD], back=f"{desk.path}{id}/print",
            kind=_begun(str(desk.resource.singular)),
        )  # fmt: skip

    def list_paper(self) -> Response:
        """All that the list finds, however many pages it has on a screen. Raises Invalid when that is too much for paper."""
        desk, query, captions = self._desk, self._query(), Captions()
        records = [record for page in tables.pages(desk.service, query, MOST_ROWS) for record in page]
        columns = desk.columns(query.sort or (desk.service.order,))
        table = _lines(desk, query, records, columns, captions, str(desk.resource.title))
        current().record(f"{desk.plugin}.exported", object=desk.model.__tablename__, format="paper", rows=len(records))
        return self._page(
            "print", str(desk.resource.title), facts=[], back=f"{desk.path}{without_pages()}", tables=[table], kind="", card="",
            asked=list(self._narrowed_to(query, captions)), today=_now(), alone=True,
        )  # fmt: skip

    def _narrowed_to(self, query: Query, captions: Captions) -> Iterator[tuple[str, Any]]:
        """Yield what the list is narrowed to, as label and cell."""
        desk, resource = self._desk, self._desk.resource
        if query.search:
            yield _("Search"), Cell(query.search)
        for asked in query.filters:
            name, said = asked.field.partition(".")[0], label_of(resource, asked.field.partition(".")[0])
            if asked.op == "is_null" or asked.field != name or isinstance(asked.value, tuple):
                yield said, Cell(_("as asked"))
                continue
            cell = desk.cell(type("Asked", (), {name: asked.value}), name, captions)
            yield _worded(asked, said), Cell("–") if cell.value == "" else cell


def facts(desk: Desk, record: Any, captions: Captions) -> list[tuple[str, Cell]]:
    """Return what the reader may see of a record, by the labels of its fields, as its form has them in order."""
    shown = set(shown_of(desk.model)) - desk.hidden()
    told = (*(field.name for field in desk.fields()), *desk.resource.columns)
    return [
        (label_of(desk.resource, name), desk.cell(record, name, captions))
        for name in dict.fromkeys(told)
        if name in shown
    ]


def without_pages() -> str:
    """Return the question of this address as it stands in a link, without the place in a long list; empty for none."""
    said = [(key, value) for key, value in request.args.items(multi=True) if value and key not in _ENDS]
    return f"?{urlencode(said)}" if said else ""


def _belonging(desk: Desk, id: uuid.UUID) -> Iterator[Lines]:
    """Yield a table for each list with records that refer to this one, without the column that says so."""
    for other, name in desk.referring():
        query, captions = Query(filters=where(**{name: id}), limit=MOST_LINES), Captions()
        found = other.service.find(query)
        if found.items:
            first, *rest = other.columns(())
            columns = [first, *(column for column in rest if column.name != name)]
            title = str(other.resource.title)
            yield _lines(other, query, list(found.items), columns, captions, title, found.next is not None)


def _lines(
    desk: Desk, query: Query, records: list[Any], columns: list[Column], captions: Captions, title: str,
    more: bool = False,
) -> Lines:  # fmt: skip
    names = [column.name for column in columns[1:]]
    captions.prepare(desk, records, [*names, *desk.caption_fields()])
    sums = desk.service.sums(query, [name for name in desk.totalled() if name in names]) if records else {}
    rows = [(captions.of(desk, each), [desk.cell(each, name, captions) for name in names]) for each in records]
    summed = [Cell(sums[name], "number", currency=desk.currency(name)) if name in sums else None for name in names]
    heads = [Head(column.label, "number" if column.number else "") for column in columns]
    return Lines(title, heads, rows, summed if sums else [], more)


def _worded(asked: Filter, label: str) -> str:
    if asked.op in ("ge", "gt"):
        return _("%(what)s from", what=label)
    if asked.op in ("le", "lt"):
        return _("%(what)s to", what=label)
    return f"{_('Without')} {label}" if asked.op == "ne" else label


def _begun(word: str) -> str:
    return word[:1].upper() + word[1:]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
