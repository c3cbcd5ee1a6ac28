"""The generated pages of the manual, by file name."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

from . import hooks, reference


def pages() -> dict[str, str]:
    """Return what ``hooks.md`` and ``reference.md`` say of the plugins that are active; same plugins, same text."""
    plugins = get(Plugins)
    active = sorted((info for info in plugins.all() if info.state == "active"), key=lambda info: info.name)
    return {"hooks.md": hooks.page(active, plugins.published()), "reference.md": reference.page(plugins, active)}


PAGES = (Page("docs", Text("API", "API"), "/docs/", "docs:read", section="system", order=80, icon="book"),)
