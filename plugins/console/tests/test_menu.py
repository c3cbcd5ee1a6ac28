"""The menu: order, rights, and where one is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dihya_console import menu
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

USER = Actor("p1", "Tin", frozenset({"user"}))


@pytest.fixture
def pages() -> Any:
    """A plugin whose register_console_pages gives pages in several sections, one for everybody."""

    @hookimpl
    def register_console_pages() -> list[Page]:
        return [
            Page("late", Text("Late", "Tard"), "/paths/late", None, "work", 90),
            Page("early", Text("Early", "Tôt"), "/paths/", None, "work", 1, "home"),
            Page("own", Text("Own", "Propre"), "/paths/own", None, "garden"),
            Page("closed", Text("Closed", "Fermé"), "/paths/closed", "console:plugins"),
        ]

    return SimpleNamespace(register_console_pages=register_console_pages, __name__="dihya_paths")


@pytest.fixture
def found(make_app: Any, demo: Any, pages: Any) -> list[menu.Section]:
    """What a plain user sees."""
    app = make_app("console", plugins={"demo": demo, "paths": pages})
    with app.act(actor=USER) as act:
        return menu.sections(act.get(Plugins), act.get(Access), USER)


def test_sections_and_pages_stand_in_order(found: list[menu.Section]) -> None:
    """The three sections first, others after them, pages by their order, empty sections left out."""
    assert [section.name for section in found] == ["work", "garden"]
    assert [str(page.title) for page in found[0].pages] == ["Early", "Members", "Fees", "Late"]
    assert found[0].title == "Work" and found[1].title == "garden"


def test_a_page_without_icon_gets_the_one_of_its_plugin(found: list[menu.Section]) -> None:
    """So that a plugin whose name is a symbol needs to say nothing."""
    assert {page.name: page.icon for page in found[0].pages}["late"] == "paths"


@pytest.mark.parametrize(
    ("path", "here"),
    [("/paths/", "/paths/"), ("/paths/late", "/paths/late"), ("/paths/x/y", "/paths/"), ("/demo/members/1/edit", "/demo/members/"),
     ("/pathsologist", ""), ("/", "")],
)  # fmt: skip
def test_the_longest_path_is_where_one_is(found: list[menu.Section], path: str, here: str) -> None:
    """A page below another one belongs to the nearer of the two."""
    assert menu.current(found, path) == here
