"""The views of the reader, as pages ask for them: read once a request, and shown in the menu below their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from dihya_hookspecs.acts import current
from flask import g

from .menu import Group, Shortcut
from .views import Views


def mine() -> Views:
    """Return the views of whoever reads the page."""
    if "console_views" not in g:
        g.console_views = Views(current().session, current().actor)
    return cast(Views, g.console_views)


def with_shortcuts(groups: Sequence[Group], here: str) -> list[Group]:
    """Return the menu with the views of the lists of the application in which one is.

    Args:
        here: the address of the line of the menu on which one is.
    """
    return [
        _with_views(group) if any(entry.page.path == here for entry in group.entries) else group for group in groups
    ]


def _with_views(group: Group) -> Group:
    if not any(entry.listing for entry in group.entries):
        return group
    found = mine().of(group.name)
    entries = [
        replace(entry, views=tuple(Shortcut(view.name, f"{entry.page.path}views/{view.id}") for view in views))
        if entry.listing and (views := found.get(entry.page.name.partition(".")[2], ()))
        else entry
        for entry in group.entries
    ]
    return replace(group, entries=tuple(entries))
