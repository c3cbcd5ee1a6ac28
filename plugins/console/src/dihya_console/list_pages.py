"""The list of a resource: searched, sorted, narrowed, and one page after or before the other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.resources import Filter, Found, Query
from dihya_hookspecs.ui import Head
from flask import Response, jsonify, request

from .action_pages import CHOOSE
from .captions import Captions
from .forms import label_of
from .models import NAME
from .records import RANGES, Cell, Column
from .selection_pages import SelectionPages
from .surroundings import formats
from .view_pages import ViewPages

COUNTED = 10_000
"""A longer list says "more than"; counting it would cost more than showing it."""


OFFERED = 20
"""Who looks for a record while typing sees this many; more words find fewer."""


class ListPages(SelectionPages, ViewPages):
    """The list of one resource."""

    def index(self) -> Response:
        """A page of records: searched, sorted, one page after the other."""
        desk = self._desk
        query = self._query()
        found = desk.service.find(query)
        if (query.before or query.cursor) and not found.items:  # what stood there is gone: where something stands
            return self._go(self._link(after=None, before=found.previous).removeprefix(self._base))
        total = desk.service.count(query, most=COUNTED)
        captions = Captions()
        captions.prepare(desk, found.items, [*desk.listed(), *desk.caption_fields()])
        columns = desk.columns(query.sort or (desk.service.order,))
        rows = [
            (record, captions.of(desk, record), [desk.cell(record, column.name, captions) for column in columns[1:]])
            for record in found.items
        ]
        sums = desk.service.sums(query, desk.totalled()) if found.items else {}
        actions, may_write = [each for each in self._actions() if each.many], desk.may(desk.resource.write)
        return self._page(
            "list", str(desk.resource.title), heads=self._heads(columns, bool(actions) or may_write), rows=rows, found=found, total=total,
            extent=self._extent(query, found, total), query=query.search,
            after=query.cursor or query.before, link=self._link, searchable=bool(desk.service.search), sought=self._sought(), filtered=self._filtered(query), left_out=self._left_out(query), narrowed=len(query.filters) > len(self._left_out(query)),
            sums={name: Cell(value, "number", currency=desk.currency(name)) for name, value in sums.items()}, add=self._add(query), ranged=any(":" in name for name in request.args), names=[column.name for column in columns[1:]], may_write=may_write, actions=actions, choosing=bool(actions) or may_write,
            states=self._states() if may_write else [], chosen=CHOOSE in request.args, way=self._link().removeprefix(self._base).removeprefix("?"),
            views=self._views(), asked=self._asked(), longest=NAME, known=current().actor is not None,
            questions=desk.questions(), ranges=RANGES, given=request.args, bin=self._undoing.bin is not None,
        )  # fmt: skip

    def _add(self, query: Query) -> str:
        """Return the way to a new record, filled in with the references that the list is narrowed to."""
        said = {
            each.field: each.value
            for each in query.filters
            if each.op == "eq" and each.field in self._desk.resource.references
        }
        return f"new?{urlencode(said)}" if said else "new"

    def names(self) -> Response:
        """What the words find, by name, for a form of another resource that refers to these records."""
        items, more = self._desk.named(request.args.get("q", "").strip(), OFFERED)
        answer = jsonify(items=[{"id": id, "name": name} for id, name in items], more=more)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _sought(self) -> str:
        """Return the labels of the columns in which a search looks."""
        resource, hidden = self._desk.resource, self._desk.hidden()
        names = dict.fromkeys(name.split(".")[0] for name in self._desk.service.search)
        return ", ".join(label_of(resource, name) for name in names if name not in hidden)

    def _heads(self, columns: list[Column], choosing: bool) -> list[Head]:
        """Return the heads of the list; one leads to the list sorted by it."""
        choice = [Head(_("Choose"), "hidden")] if choosing else []
        return choice + [
            Head(
                column.label,
                "number" if column.number else "",
                self._link(sort=column.order, after=None, before=None) if column.order else "",
                column.direction,
            )
            for column in columns
        ]

    def _extent(self, query: Query, found: Found[Any], total: int) -> str:
        """Return which records of how many the page shows; of a list that is long, only that it is."""
        many, number = total > COUNTED, formats().number
        said = number(COUNTED if many else total)
        before = 0
        if found.previous:
            before = self._desk.service.preceding(query, found.previous, most=COUNTED)
        if not found.items or before > COUNTED or not (found.previous or found.next):
            if many:
                return _("more than %(count)s records", count=said)
            return ngettext("%(count)s record", "%(count)s records", total)
        place = {"first": number(before + 1), "last": number(before + len(found.items)), "count": said}
        if many:
            return _("%(first)s–%(last)s of more than %(count)s records", **place)
        return _("%(first)s–%(last)s of %(count)s records", **place)

    def _filtered(self, query: Query) -> list[tuple[str, Any]]:
        """Return what the list is narrowed to: the label of each column and its value."""
        equal = {asked.field: asked.value for asked in query.filters if asked.op == "eq"}
        record, captions = type("Filter", (), equal), Captions()
        return [(label_of(self._desk.resource, name), self._desk.cell(record, name, captions)) for name in equal]

    def _left_out(self, query: Query) -> list[tuple[str, Any, str]]:
        """Return what the list leaves out because nobody asked for it: the label of each column, its value, and the way to it."""
        resource, captions, found = self._desk.resource, Captions(), []
        for name, value in resource.leaves_out.items():
            if Filter(name, "ne", value) in query.filters:
                cell = self._desk.cell(type("LeftOut", (), {name: value}), name, captions)
                found.append((label_of(resource, name), cell, f"?{urlencode({name: value})}"))
        return found

    def _link(self, **changes: str | None) -> str:
        """The address of this list with other arguments; None takes one away."""
        arguments = {**request.args.to_dict(), "lang": None, CHOOSE: None, **changes}
        said = urlencode({key: value for key, value in arguments.items() if value})
        return f"?{said}" if said else self._base
