"""The figures of a list in one statement, and those of an application on the home page in six at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Hooks
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.resources.columns import addends, summed
from dihya_hookspecs.slots import TimeBudget
from dihya_hookspecs.web import Resource
from sqlalchemy import func, select

from .captions import DEPTH, Captions
from .forms import label_of
from .list_pages import COUNTED
from .records import Cell, Desk

MOST = 12
"""A choice with more values is no state of which one wants to see each."""
STATEMENTS = 6
"""The figures of an application on the home page cost no more, however many records and lists it has."""
FIGURES = 3
"""Of so many lists an application shows figures on the home page."""
FIRST = 3
"""On the home page, of what comes next or was added last, this many are named."""
SECONDS = 2.0
"""The figures of all applications on the home page have this long; those that come later are left out."""
Named = tuple[str, str, Cell | None]
"""The caption and the address of a record, and its day unless the caption says it."""


class Share(NamedTuple):
    """The records with one value of a choice: what people read, how many, the sums, and their list."""

    caption: str
    count: int
    sums: list[Cell | None]
    path: str


class Figure(NamedTuple):
    """A list in numbers: how many records; labels of its state and of the columns that are added up; each state."""

    title: str
    path: str
    count: int
    state: str
    summed: list[str]
    shares: list[Share]


class Glance(NamedTuple):
    """An application on the home page: its figures, what comes next and what was added last, each with the title of its list."""

    figures: list[Figure]
    ahead: tuple[str, list[Named]]
    latest: tuple[str, list[Named]]


def glances(desks: Mapping[str, Sequence[Desk]]) -> dict[str, Glance]:
    """Return what applications with records show on the home page; one that fails, or is too slow, is left out."""
    hooks, within = get(Hooks), TimeBudget(SECONDS)
    found = {
        plugin: hooks.guarded(plugin, "figures", lambda own=own: glance(own), SECONDS * 1000, within)
        for plugin, own in desks.items()
        if own
    }
    return {plugin: made for plugin, made in found.items() if made and made.figures}


def glance(desks: Sequence[Desk]) -> Glance:
    """Return what one application shows, with ``STATEMENTS`` statements at most; lists with sums come first, then those with states."""
    left = STATEMENTS
    ranked = sorted(desks, key=lambda desk: (not totals(desk), not state_of(desk)))
    dated = next(iter(sorted(filter(ordered_by, desks), key=lambda desk: not _by_the_hour(desk))), None)
    ahead, latest = ("", []), ("", [])
    figures = [figure(ranked[0])]
    left -= 1
    if dated is not None and (cost := _cost(dated)) <= left:
        left -= cost
        ahead = str(dated.resource.title), coming(dated, FIRST, 1)
    newest = next((desk for desk in desks if desk is not dated), dated)
    if newest is not None and (cost := _cost(newest)) <= left:
        left -= cost
        latest = str(newest.resource.title), added(newest, FIRST, 1)
    figures += [figure(desk) for desk in ranked[1 : min(FIGURES, left + 1)]]
    return Glance([each for each in figures if each.count], ahead, latest)


def figure(desk: Desk) -> Figure:
    """Return a list in numbers, with one statement."""
    resource, state, names = desk.resource, state_of(desk), totals(desk)
    title, labels = str(resource.title), [label_of(resource, name) for name in names]
    if not state:
        count = desk.service.count(asked(resource), most=COUNTED)
        return Figure(title, desk.path, count, "", [], [])
    found = grouped(desk, state, names)
    count = sum(number for number, _sums in found.values())
    return Figure(title, desk.path, count, label_of(resource, state), labels, list(shares(desk, state, names, found)))


def grouped(desk: Desk, state: str, names: Sequence[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return, by the values of a choice, how many records there are and the sums of some columns, with one statement.

    It counts the rows that the reader may see, without those that the list leaves out until somebody asks.
    """
    service, column, dialect = desk.service, getattr(desk.model, state), desk.service.session.get_bind().dialect
    parts = {name: addends(getattr(desk.model, name)) for name in names}
    wanted = select(column, func.count(), *(part for several in parts.values() for part in several)).group_by(column)
    for name, value in desk.resource.leaves_out.items():
        if name != state:
            wanted = wanted.where(getattr(desk.model, name).is_distinct_from(value))
    found = {}
    for value, count, *rest in service.session.execute(service.visible(desk.model, wanted)):
        numbers = iter(rest)
        sums = {
            name: summed(getattr(desk.model, name), [next(numbers) for _part in several], dialect)
            for name, several in parts.items()
        }
        found[str(getattr(value, "value", value))] = count, sums
    return found


def shares(
    desk: Desk, state: str, names: Sequence[str], found: Mapping[str, tuple[int, Mapping[str, Any]]]
) -> Iterator[Share]:
    """Yield what ``grouped`` found in the order and the words of the choice; values of which there is no record are left out."""
    for value, caption in desk.choices()[state].items():
        if value in found:
            count, sums = found[value]
            cells = [_sum(desk, name, sums[name]) for name in names]
            yield Share(caption, count, cells, f"{desk.path}?{urlencode({state: value})}")


def state_of(desk: Desk) -> str:
    """Return the choice of the list that says in which state a record is: the last one that it shows; empty for none."""
    choices, columns = desk.choices(), desk.model.__table__.columns
    fit = [name for name in desk.resource.columns if name in columns and 1 < len(choices.get(name, ())) <= MOST]
    return fit[-1] if fit else ""


def totals(desk: Desk) -> list[str]:
    """Return the columns that the list adds up and the reader sees."""
    hidden = desk.hidden()
    return [name for name in desk.resource.totals if name not in hidden]


def ordered_by(desk: Desk) -> str:
    """Return the day or moment by which a list is sorted, as far as the reader sees it; empty for none."""
    day = desk.resource.service.order.split(",")[0].lstrip("-")
    column = desk.model.__table__.columns.get(day)
    kind = None if column is None or day in desk.hidden() else column.type.python_type
    return day if day != "created_at" and kind in (dt.date, dt.datetime) else ""


def coming(desk: Desk, most: int, depth: int = DEPTH) -> list[Named]:
    """Return what comes next in a list that is sorted by a day or moment; nothing in any other."""
    if not (day := ordered_by(desk)):
        return []
    now = dt.datetime.now(dt.UTC)
    begin = now.isoformat() if _by_the_hour(desk) else now.date().isoformat()
    return _lines(desk, {f"{day}:ge": begin, "sort": day}, most, depth, "" if day in desk.caption_fields() else day)


def added(desk: Desk, most: int, depth: int = DEPTH) -> list[Named]:
    """Return what was added last."""
    return _lines(desk, {"sort": "-created_at"}, most, depth)


def asked(resource: Resource, arguments: Mapping[str, str] | None = None, limit: int = FIRST) -> Any:
    """Return a question to the list as its page asks it: what it leaves out is left out here too."""
    return ask(resource, {key: [value] for key, value in (arguments or {}).items()}, limit=limit)


def _lines(desk: Desk, arguments: Mapping[str, str], most: int, depth: int, day: str = "") -> list[Named]:
    captions, items = Captions(), desk.service.find(asked(desk.resource, arguments, most)).items
    captions.prepare(desk, items, desk.caption_fields(), depth)
    return [
        (captions.of(desk, item, depth), desk.page_of(item.id), desk.cell(item, day, captions) if day else None)
        for item in items
    ]


def _by_the_hour(desk: Desk) -> bool:
    """Tell whether a list is sorted by moments: appointments come before the days on which periods begin."""
    day = ordered_by(desk)
    return bool(day) and desk.model.__table__.columns[day].type.python_type is dt.datetime


def _cost(desk: Desk) -> int:
    """Return the statements that some named records of a list take: one, and one for each reference in their captions."""
    return 1 + sum(1 for name in desk.caption_fields() if name in desk.resource.references and desk.other(name))


def _sum(desk: Desk, name: str, value: Any) -> Cell | None:
    return None if value is None else Cell(value, "number", currency=desk.currency(name))
