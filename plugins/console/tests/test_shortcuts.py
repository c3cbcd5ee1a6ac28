"""The views of a list in the menu."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console import menu
from dihya_console.shortcuts import with_shortcuts
from dihya_console.views import Views
from dihya_hookspecs.access import SYSTEM, Access
from dihya_hookspecs.app import Plugins
from sqlalchemy import event


@pytest.fixture
def shown(app: Any) -> Any:
    """Return a function that gives the views in the menu by list, as somebody sees it on a page."""

    def shown(here: str) -> tuple[dict[str, list[str]], int]:
        with app.flask.test_request_context(), app.act(actor=SYSTEM) as act:
            Views(act.session, SYSTEM).keep("demo", "members", "Reduced", "plan=reduced", False)
            found = menu.groups(act.get(Plugins), act.get(Access), SYSTEM)
            said: list[str] = []
            event.listen(act.session.get_bind(), "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
            groups = with_shortcuts(found, here)
            lines = [entry for group in groups for entry in group.entries if entry.views]
            return {entry.page.path: [view.title for view in entry.views] for entry in lines}, len(said)

    return shown


@pytest.mark.parametrize("here", ["/demo/members/", "/demo/fees/", "/console/applications/demo"])
def test_the_views_of_an_application_stand_below_its_lists(shown: Any, here: str) -> None:
    """With one statement, wherever in the application one is."""
    assert shown(here) == ({"/demo/members/": ["Reduced"]}, 1)


@pytest.mark.parametrize("here", ["", "/console/plugins"])
def test_elsewhere_no_view_is_read(shown: Any, here: str) -> None:
    """A page without lists costs no statement."""
    assert shown(here) == ({}, 0)
