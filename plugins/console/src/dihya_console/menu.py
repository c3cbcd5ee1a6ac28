"""The menu: pages and resources of all plugins, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Page
from dihya_hookspecs.web import Resource

SECTIONS = ("work", "trust", "system")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the menu."""

    name: str
    pages: tuple[Page, ...]

    @property
    def title(self) -> str:
        """What people read above it."""
        return {"work": _("Work"), "trust": _("Trust"), "system": _("Administration")}.get(self.name, self.name)


def path_of(plugin: str, resource: Resource) -> str:
    """The address of a resource's list."""
    return f"/{plugin}/{resource.name}/"


def page_of(plugin: str, resource: Resource, order: int = 30) -> Page:
    """The page of a resource's list, for the menu."""
    return Page(
        f"{plugin}.{resource.name}", resource.title, path_of(plugin, resource), resource.read, "work", order, "table"
    )


def sections(plugins: Plugins, access: Access, actor: Actor | None) -> list[Section]:
    """Return the menu for *actor*; a section without pages is left out."""
    pages = list(_pages(plugins))
    seen = [page for page in pages if page.permission is None or access.decide(actor, page.permission)]
    names = [*SECTIONS, *sorted({page.section for page in seen} - set(SECTIONS))]
    found = [
        Section(name, tuple(sorted((p for p in seen if p.section == name), key=lambda p: p.order))) for name in names
    ]
    return [section for section in found if section.pages]


def current(menu: Iterable[Section], path: str) -> str:
    """Return the address of the menu's page to which *path* belongs: the longest that begins it; empty for none."""
    paths = (page.path for section in menu for page in section.pages)
    return max((p for p in paths if path == p or path.startswith(p.rstrip("/") + "/")), key=len, default="")


def _pages(plugins: Plugins) -> Iterable[Page]:
    declared = set()
    for plugin, page in plugins.collected("register_console_pages"):
        declared.add(page.path)
        yield page if page.icon else replace(page, icon=plugin)
    for plugin, resource in plugins.collected("register_resources"):
        page = page_of(plugin, resource)
        if page.path not in declared:
            yield page
