"""The agenda of a list: its records by days, a week or a month at a time, and as a file for other calendars."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Filter, Found, Query
from flask import Response, request

from . import ics
from .captions import Captions
from .days import Period, Span, day_of, edges, end_of, ends, kind_of, lies_on, period, today
from .figures import state_of
from .inputs import local
from .list_pages import ListPages
from .printing import PrintPages, without_pages
from .records import Cell
from .surroundings import formats

MOST = 500
"""A week or month with more records says so, and shows the first of them."""
MORNING = "09:00"
"""A record that is added on a day begins then, until its author says otherwise."""


class Entry(NamedTuple):
    """A record on its day: from when to when, as people read hours, empty for the whole day; its name, address and state."""

    hours: str
    name: str
    path: str
    state: Cell | None


class Day(NamedTuple):
    """A day, its records in order, and where one more is added; empty for who may not."""

    date: dt.date
    entries: list[Entry]
    add: str


class AgendaPages(ListPages, PrintPages):
    """The agenda of one resource."""

    def agenda(self, span: Span = "week", day: str = "") -> Response:
        """A week or month, day by day, narrowed as the list is."""
        desk, column = self._desk, self._column()
        among, query, found = self._asked_for(column, span, day)
        captions = self._captions(column, found)
        entries = self._entries(column, found, captions)
        add = self._adding(query, column) if desk.may(desk.resource.write) else ""
        days = [Day(one, entries[one], f"{add}{one}{_hour(self, column)}" if add else "") for one in among.days()]
        return self._page(
            "agenda", _("Agenda – %(what)s", what=desk.resource.title), days=days, today=today(), span=span, among=among,
            said=_said(span, among), more=found.next is not None, most=MOST, asked=list(self._narrowed_to(query, Captions())),
            rest=without_pages(), listed=bool(found.items),
        )  # fmt: skip

    def calendar(self, span: Span, day: str) -> Response:
        """The same records as a file of iCalendar."""
        desk, column = self._desk, self._column()
        _among, _query, found = self._asked_for(column, span, day)
        captions, end = self._captions(column, found), end_of(desk, column)
        root = request.url_root.rstrip("/")
        events = [
            ics.Event(
                str(record.id), getattr(record, column), captions.of(desk, record),
                ends(record, getattr(record, column), end), f"{root}{desk.page_of(record.id)}",
            )
            for record in found.items
        ]  # fmt: skip
        body = ics.written(str(desk.resource.title), events, dt.datetime.now(dt.UTC))
        current().record(f"{desk.plugin}.exported", object=desk.model.__tablename__, format="ics", rows=len(events))
        response = Response(body, content_type=ics.MEDIA_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="{desk.plugin}-{desk.resource.name}.ics"'
        response.headers["Cache-Control"] = "no-store"
        return response

    def _column(self) -> str:
        if not (column := day_of(self._desk)):
            raise NotFound(f"the list {self._desk.resource.name!r} has no day or moment that you may see")
        return column

    def _asked_for(self, column: str, span: Span, day: str) -> tuple[Period, Query, Found[Any]]:
        """Return the days, what the address asks of the list, and what lies in these days. Raises NotFound for what is no span or day."""
        if span not in get_args(Span):
            raise NotFound(f"no agenda of a {span[:20]!r}; choose week or month")
        try:
            among = period(span, dt.date.fromisoformat(day) if day else today(), formats().first_weekday())
            begin, end = edges(self._desk, column, among)
        except (ValueError, OverflowError) as error:
            raise NotFound(f"no day {day[:20]!r}; write one like 2026-03-05") from error
        query = self._query()
        within = (*query.filters, Filter(column, "ge", begin), Filter(column, "lt", end))
        asked = replace(query, filters=within, sort=(column,), limit=MOST, cursor=None, before=None)
        return among, query, self._desk.service.find(asked)

    def _captions(self, column: str, found: Found[Any]) -> Captions:
        """Return the names of the records without their moment, which the day and the hour beside them say."""
        captions, desk = Captions(), self._desk
        if desk.caption_fields() != [column]:
            captions.leave_out(desk, column)
        captions.prepare(desk, found.items, desk.caption_fields())
        return captions

    def _entries(self, column: str, found: Found[Any], captions: Captions) -> dict[dt.date, list[Entry]]:
        desk, end, state = self._desk, end_of(self._desk, column), state_of(self._desk)
        days: dict[dt.date, list[Entry]] = defaultdict(list)
        for record in found.items:
            begins = getattr(record, column)
            cell = desk.cell(record, state, captions) if state else None
            entry = Entry(
                _hours(begins, ends(record, begins, end)), captions.of(desk, record), desk.page_of(record.id), cell
            )
            days[lies_on(begins)].append(entry)
        return days

    def _adding(self, query: Query, column: str) -> str:
        """Return the address of a new record, up to its day; what the list is narrowed to is filled in."""
        base, _sign, said = self._add(query).partition("?")
        return f"{self._base}{base}?{said}{'&' if said else ''}{urlencode({column: ''})}"


def _hour(pages: AgendaPages, column: str) -> str:
    return f"T{MORNING}" if kind_of(pages._desk, column) is dt.datetime else ""


def _hours(begins: Any, ends: Any) -> str:
    if not isinstance(begins, dt.datetime):
        return ""
    first = local(begins)
    if ends is None:
        return f"{first:%H:%M}"
    last = local(ends)
    return f"{first:%H:%M}–{last:%H:%M}" if last.date() == first.date() else f"{first:%H:%M}–…"


def _said(span: Span, among: Period) -> str:
    """Return how people call the days."""
    say = formats().date
    if span == "month":
        said = say(among.first, "LLLL y")
        return said[:1].upper() + said[1:]
    return f"{say(among.first, 'long')} – {say(among.last, 'long')}"
