"""The menu: pages and resources of all plugins by application, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import SECTIONS, Application, Page
from dihya_hookspecs.web import Resource

LONG = 12
"""A longer menu opens only the group in which one is."""
SEVERAL = 2
"""An application with so many lists has a page that shows them at a glance."""


class Shortcut(NamedTuple):
    """A view of a list: its name, and where it opens."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu.

    Attributes:
        count: the number beside it, 0 for none.
        listing: whether it leads to the list of a resource.
        views: of that list, those that the reader sees.
    """

    plugin: str
    page: Page
    count: int = 0
    listing: bool = False
    views: tuple[Shortcut, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one application, or of one of the sections that plugins share.

    Attributes:
        open: False where the menu is long and one is elsewhere.
        glance: the address of the page that shows the application at a glance; empty where there is none.
    """

    name: str
    title: str
    icon: str
    entries: tuple[Entry, ...]
    open: bool = True
    glance: str = ""

    @property
    def count(self) -> int:
        """What waits in all of its pages."""
        return sum(entry.count for entry in self.entries)


def path_of(plugin: str, resource: Resource) -> str:
    """The address of a resource's list."""
    return f"/{plugin}/{resource.name}/"


def glance_of(plugin: str) -> str:
    """The address of the page that shows an application at a glance."""
    return f"/console/applications/{plugin}"


def page_of(plugin: str, resource: Resource, order: int = 30) -> Page:
    """The page of a resource's list, for the menu."""
    return Page(
        f"{plugin}.{resource.name}", resource.title, path_of(plugin, resource), resource.read, "work", order, "table"
    )


def groups(plugins: Plugins, access: Access, actor: Actor | None) -> list[Group]:
    """Return the menu for *actor*: applications by their order and title, then what plugins share; no empty group."""
    seen = [entry for entry in _entries(plugins) if _may(access, actor, entry.page)]
    said = dict(plugins.collected("register_applications"))
    own = [_own(name, said.get(name), seen) for name in {e.plugin: None for e in seen if e.page.section == "work"}]
    own.sort(key=lambda group: (_order(said.get(group.name)), group.title.casefold()))
    shared = [
        Group(name, _title(name), "", _sorted(e for e in seen if e.page.section == name))
        for name in SECTIONS
        if name != "work"
    ]
    return [*own, *(group for group in shared if group.entries)]


def folded(menu: Sequence[Group], here: str) -> list[Group]:
    """Return the menu with only the group open in which one is, where it is long."""
    if sum(len(group.entries) for group in menu) <= LONG:
        return list(menu)
    return [replace(group, open=any(entry.page.path == here for entry in group.entries)) for group in menu]


SEARCH = "/console/search"
"""The page that searches all lists stands beside the home page, in no group."""


def current(menu: Iterable[Group], path: str) -> str:
    """Return the address of the menu's page to which *path* belongs: the longest that begins it; empty for none."""
    if path == SEARCH:
        return path
    paths = (entry.page.path for group in menu for entry in group.entries)
    return max((p for p in paths if path == p or path.startswith(p.rstrip("/") + "/")), key=len, default="")


def _own(plugin: str, said: Application | None, seen: Iterable[Entry]) -> Group:
    title = str(said.title) if said else plugin.replace("_", " ").capitalize()
    entries = _sorted(entry for entry in seen if entry.plugin == plugin and entry.page.section == "work")
    icon = said.icon if said else ""
    if sum(entry.listing for entry in entries) < SEVERAL:
        return Group(plugin, title, icon, entries)
    return Group(plugin, title, icon, (Entry(plugin, _glance(plugin)), *entries), glance=glance_of(plugin))


def _glance(plugin: str) -> Page:
    return Page(f"{plugin}.glance", Text("At a glance", "Vue d’ensemble"), glance_of(plugin), None, "work", 0, "gauge")


def _order(said: Application | None) -> int:
    return said.order if said else 50


def _title(section: str) -> str:
    return {"trust": _("Trust"), "system": _("Administration")}[section]


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.page.order))


def _may(access: Access, actor: Actor | None, page: Page) -> bool:
    return page.permission is None or bool(access.decide(actor, page.permission))


def _entries(plugins: Plugins) -> Iterable[Entry]:
    declared = set()
    for plugin, page in plugins.collected("register_console_pages"):
        declared.add(page.path)
        yield Entry(plugin, page if page.icon else replace(page, icon=plugin))
    for plugin, resource in plugins.collected("register_resources"):
        page = page_of(plugin, resource)
        if page.path not in declared:
            yield Entry(plugin, page, listing=True)
