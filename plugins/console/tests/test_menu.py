"""The menu: applications and what they share, in order, as far as somebody may see it, and where one is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_console import menu
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Application, Page

USER = Actor("p1", "Tin", frozenset({"user"}))


@pytest.fixture
def pages() -> Any:
    """A plugin whose register_console_pages and register_applications give pages in two sections, and a title."""

    @hookimpl
    def register_console_pages() -> list[Page]:
        return [
            Page("late", Text("Late", "Tard"), "/paths/late", None, "work", 90),
            Page("early", Text("Early", "Tôt"), "/paths/", None, "work", 1, "home"),
            Page("shared", Text("Shared", "Partagé"), "/paths/own", None, "trust"),
            Page("closed", Text("Closed", "Fermé"), "/paths/closed", "console:plugins"),
        ]

    @hookimpl
    def register_applications() -> Application:
        return Application(Text("Walks", "Randonnées"), "route", 90)

    names = {"register_console_pages": register_console_pages, "register_applications": register_applications}
    return SimpleNamespace(**names, __name__="dihya_paths")


@pytest.fixture
def found(make_app: Any, demo: Any, pages: Any) -> list[menu.Group]:
    """What a plain user sees."""
    app = make_app("console", plugins={"demo": demo, "paths": pages})
    with app.act(actor=USER) as act:
        return menu.groups(act.get(Plugins), act.get(Access), USER)


def test_applications_stand_before_what_they_share(found: list[menu.Group]) -> None:
    """Each under its title or its name, by their order; groups in which one may see nothing are left out."""
    assert [group.title for group in found] == ["Demo", "Walks", "Trust"]
    assert [str(entry.page.title) for entry in found[0].entries] == ["At a glance", "Members", "Fees"]
    assert [str(entry.page.title) for entry in found[1].entries] == ["Early", "Late"]


def test_a_page_without_icon_gets_the_one_of_its_plugin(found: list[menu.Group]) -> None:
    """A page without an icon gets the symbol of its plugin's name, so that nothing need be said."""
    assert {entry.page.name: entry.page.icon for entry in found[1].entries} == {"early": "home", "late": "paths"}


def test_a_section_that_does_not_exist_takes_the_plugin_out_with_the_names_that_do(make_app: Any) -> None:
    """The reason says what to write."""

    @hookimpl
    def register_console_pages() -> Page:
        return Page("x", Text("x", "x"), "/x", None, "garden")  # type: ignore[arg-type]

    app = make_app("console", plugins={"p": SimpleNamespace(register_console_pages=register_console_pages)})
    reason = next(info.reason for info in app.flask.runtime.all() if info.name == "p")
    assert "stands in section 'garden'; write one of 'work', 'trust', 'system'" in reason


@pytest.mark.parametrize(
    ("path", "here"),
    [("/console/search", "/console/search"), ("/paths/", "/paths/"), ("/paths/late", "/paths/late"), ("/paths/x/y", "/paths/"), ("/demo/members/1/edit", "/demo/members/"),
     ("/pathsologist", ""), ("/", "")],
)  # fmt: skip
def test_the_longest_path_is_where_one_is(found: list[menu.Group], path: str, here: str) -> None:
    """A page below another one belongs to the nearer of the two."""
    assert menu.current(found, path) == here


def test_a_long_menu_opens_the_group_in_which_one_is(found: list[menu.Group]) -> None:
    """A short one shows everything."""
    assert all(group.open for group in menu.folded(found, "/paths/"))
    entry = found[0].entries[0]
    long = [*found, *(replace(found[0], name=f"a{n}", entries=(entry,) * 3) for n in range(4))]
    assert [group.name for group in menu.folded(long, "/paths/late") if group.open] == ["paths"]


def test_a_group_counts_what_waits_in_all_of_its_pages(found: list[menu.Group]) -> None:
    """A group shows the sum of what waits in its pages, so that a folded group still says it."""
    entries = tuple(replace(entry, count=2) for entry in found[0].entries)
    assert replace(found[0], entries=entries).count == 6
