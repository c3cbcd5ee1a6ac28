"""An application at a glance: how many records each list has, in which state, what comes next, and what was added last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Response

from . import menu
from .figures import Named, Share, added, asked, coming, grouped, shares, state_of, totals
from .forms import label_of
from .list_pages import COUNTED
from .permissions import USE
from .records import Desk

FIRST = 5
"""Of what comes next, or was added last, this many are named."""


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
    named: list[Named]
    ahead: bool
    add: str


@requires(USE)
def application(name: str) -> Response:
    """Show the lists of one application that the reader may see, and its other pages. Raises NotFound for no such application."""
    found = menu.groups(get(Plugins), get(Access), current().actor)
    group = next((group for group in found if group.name == name), None)
    if group is None or name in menu.SECTIONS:
        raise NotFound(f"no application {name!r}")
    desks = desks_in(group)
    shown = {group.glance, *(desk.path for desk in desks)}
    sheets, others = [_sheet(desk) for desk in desks], [one for one in group.entries if one.page.path not in shown]
    return get(Layout).page("console/application.html", title=group.title, sheets=sheets, others=others, most=COUNTED)


def desks_of(plugin: str = "") -> Iterator[Desk]:
    """Yield the resources that the reader may see, of one plugin or of all."""
    for owner, resource in get(Plugins).collected("register_resources"):
        desk = Desk(owner, resource)
        if plugin in ("", owner) and desk.may(resource.read):
            yield desk


def desks_in(group: menu.Group) -> list[Desk]:
    """Return the lists of an application that the reader may see, in the order of the menu."""
    desks = {desk.path: desk for desk in desks_of(group.name)}
    return [desks[entry.page.path] for entry in group.entries if entry.page.path in desks]


def _sheet(desk: Desk) -> Sheet:
    resource, state, summed = desk.resource, state_of(desk), totals(desk)
    ahead = coming(desk, FIRST)
    return Sheet(
        str(resource.title), desk.path, desk.service.count(asked(resource), most=COUNTED),
        label_of(resource, state) if state else "", [label_of(resource, name) for name in summed],
        list(shares(desk, state, summed, grouped(desk, state, summed))) if state else [],
        ahead or added(desk, FIRST), bool(ahead), f"{desk.path}new" if desk.may(resource.write) else "",
    )  # fmt: skip
