"""An application at a glance: how many records each list has, in which state, what comes next, and what was added last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import Resource, requires
from flask import Response
from sqlalchemy import func, select

from . import menu
from .captions import Captions
from .forms import label_of
from .list_pages import COUNTED
from .permissions import USE
from .records import Cell, Desk

FIRST = 5
"""Of what comes next, or was added last, this many are named."""
MOST = 12
"""A choice with more values is no state of which one wants to see each."""


class Share(NamedTuple):
    """The records with one value of a choice: what people read, how many, the sums, and their list."""

    caption: str
    count: int
    sums: list[Cell | None]
    path: str


class Sheet(NamedTuple):
    """One list at a glance.

    Attributes:
        count: how many records there are; one more than ``list_pages.COUNTED`` for more than that.
        state, summed: labels of the choice that *shares* are of, and of the columns that they say the sums of.
        named: caption and address of the records that come next, or else of those that were added last; and their day, unless
            the caption says it already, or the day is only that on which they were added.
        ahead: whether *named* come next.
    """

    title: str
    path: str
    count: int
    state: str
    summed: list[str]
    shares: list[Share]
    named: list[tuple[str, str, Cell | None]]
    ahead: bool
    add: str


@requires(USE)
def application(name: str) -> Response:
    """Show the lists of one application that the reader may see, and its other pages. Raises NotFound for no such application."""
    found = menu.groups(get(Plugins), get(Access), current().actor)
    group = next((group for group in found if group.name == name), None)
    if group is None or name in menu.SECTIONS:
        raise NotFound(f"no application {name!r}")
    desks = {desk.path: desk for desk in desks_of(name)}
    sheets = [_sheet(desks[entry.page.path]) for entry in group.entries if entry.page.path in desks]
    others = [entry for entry in group.entries if entry.page.path not in (*desks, group.glance)]
    return get(Layout).page("console/application.html", title=group.title, sheets=sheets, others=others, most=COUNTED)


def desks_of(plugin: str = "") -> Iterator[Desk]:
    """Yield the resources that the reader may see, of one plugin or of all."""
    for owner, resource in get(Plugins).collected("register_resources"):
        desk = Desk(owner, resource)
        if plugin in ("", owner) and desk.may(resource.read):
            yield desk


def _sheet(desk: Desk) -> Sheet:
    resource, state = desk.resource, state_of(desk)
    summed = [name for name in resource.totals if name not in desk.hidden()]
    named, ahead = _named(desk)
    return Sheet(
        str(resource.title), desk.path, desk.service.count(_asked(resource), most=COUNTED),
        label_of(resource, state) if state else "", [label_of(resource, name) for name in summed],
        list(_shares(desk, state, summed)) if state else [], named, ahead,
        f"{desk.path}new" if desk.may(resource.write) else "",
    )  # fmt: skip


def _asked(resource: Resource, arguments: Mapping[str, str] | None = None, limit: int = FIRST) -> Any:
    """Return a question to the list as its page asks it: what it leaves out is left out here too."""
    return ask(resource, {key: [value] for key, value in (arguments or {}).items()}, limit=limit)


def state_of(desk: Desk) -> str:
    """Return the choice of the list that says in which state a record is: the last one that it shows; empty for none."""
    choices, columns = desk.choices(), desk.model.__table__.columns
    fit = [name for name in desk.resource.columns if name in columns and 1 < len(choices.get(name, ())) <= MOST]
    return fit[-1] if fit else ""


def _shares(desk: Desk, state: str, summed: list[str]) -> Iterator[Share]:
    service, column = desk.service, getattr(desk.model, state)
    grouped = service.visible(desk.model, select(column, func.count()).group_by(column))
    counts = {str(getattr(value, "value", value)): count for value, count in service.session.execute(grouped)}
    for value, caption in desk.choices()[state].items():
        if counts.get(value):
            sums = service.sums(_asked(desk.resource, {state: value}), summed) if summed else {}
            path = f"{desk.path}?{urlencode({state: value})}"
            yield Share(caption, counts[value], [_sum(desk, name, sums) for name in summed], path)


def _sum(desk: Desk, name: str, sums: Mapping[str, Any]) -> Cell | None:
    value = sums.get(name)
    return None if value is None else Cell(value, "number", currency=desk.currency(name))


def _named(desk: Desk) -> tuple[list[tuple[str, str, Cell | None]], bool]:
    """Return what comes next, where the list is sorted by a day or moment; otherwise what was added last."""
    day = desk.resource.service.order.split(",")[0].lstrip("-")
    column = desk.model.__table__.columns.get(day)
    kind = None if column is None or day in desk.hidden() else column.type.python_type
    if day != "created_at" and kind in (dt.date, dt.datetime):
        now = dt.datetime.now(dt.UTC)
        begin = now.isoformat() if kind is dt.datetime else now.date().isoformat()
        if found := _lines(desk, {f"{day}:ge": begin, "sort": day}, "" if day in desk.caption_fields() else day):
            return found, True
    return _lines(desk, {"sort": "-created_at"}), False


def _lines(desk: Desk, arguments: Mapping[str, str], day: str = "") -> list[tuple[str, str, Cell | None]]:
    captions, items = Captions(), desk.service.find(_asked(desk.resource, arguments)).items
    captions.prepare(desk, items, desk.caption_fields())
    return [
        (captions.of(desk, item), desk.page_of(item.id), desk.cell(item, day, captions) if day else None)
        for item in items
    ]
