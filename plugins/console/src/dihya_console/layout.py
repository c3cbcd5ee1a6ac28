"""The frame around every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any
from urllib.parse import urlencode

from dihya_hookspecs import DeclarationError
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import current
from dihya_hookspecs.app import Hooks, Plugins
from dihya_hookspecs.i18n import language
from dihya_hookspecs.settings import mine
from flask import Response, make_response, render_template, request

from . import menu, messages
from .brand import ConsoleBrand
from .counters import Counters
from .page_context import ConsolePage
from .settings import Settings
from .shortcuts import with_shortcuts
from .surroundings import formats

_counters = Counters()


@dataclass(frozen=True)
class LanguageLink:
    """A language to change to, and where."""

    code: str
    name: str
    path: str
    chosen: bool


@dataclass(frozen=True)
class FrameView:
    """What the frame's template shows."""

    bare: bool
    wide: bool
    actor: Actor | None
    version: str
    code: str
    direction: str
    languages: list[LanguageLink]
    groups: list[menu.Group] = field(default_factory=list)
    here: str = ""
    messages: list[messages.Message] = field(default_factory=list)
    look: Settings = field(default_factory=Settings)
    brand: ConsoleBrand = field(default_factory=lambda: ConsoleBrand(Settings()))


class Frame:
    """Implements ``dihya_hookspecs.ui.Layout``."""

    def __init__(self, plugins: Plugins, access: Access, hooks: Hooks) -> None:
        self._plugins, self._access, self._hooks = plugins, access, hooks

    @classmethod
    def from_container(cls, svcs_container: Any) -> Frame:
        """Build the layout inside an act."""
        return cls(svcs_container.get(Plugins), svcs_container.get(Access), svcs_container.get(Hooks))

    def page(
        self, template: str, *, title: str, status: int = 200, bare: bool = False, wide: bool = False, **context: Any
    ) -> Response:
        """Render a plugin's template inside the frame.

        Args:
            wide: the template brings its own margins; for the front page.

        Raises:
            DeclarationError: the template does not extend the layout.
        """
        page = ConsolePage(title, lambda: self._view(bare, wide, status))
        response = make_response(render_template(template, **context, page=page), status)
        if not page.framed:
            raise DeclarationError(
                f"template {template!r} stands in no frame; begin it with '{{% extends page.layout %}}' and write its "
                "content into '{% block main %}'"
            )
        response.headers.setdefault("Cache-Control", "no-store" if page.actor else "no-cache")
        return response

    def flash(self, message: str, kind: str = "info", *, undo: str = "") -> None:
        """Show *message* on the next page, with a button that takes back what it tells."""
        messages.say(request, message, kind, undo)

    def _view(self, bare: bool, wide: bool, status: int) -> FrameView:
        actor, look = current().actor, mine(Settings)
        found = [] if bare or not actor else menu.groups(self._plugins, self._access, actor)
        here = menu.current(found, request.path)
        if status < 400:  # who reads of an error may have no database to ask
            found = with_shortcuts(found, here)
        found = _counters.counted(self._hooks, menu.folded(found, here), actor)
        spoken = formats().languages()
        links = [_language_link(item.code, item.name) for item in spoken]
        directions = {item.code: item.direction for item in spoken}
        return FrameView(
            bare=bare, wide=wide, actor=actor, version=version(), code=language.get(),
            direction=directions.get(language.get(), "ltr"), languages=links if len(links) > 1 else [],
            groups=found, here=here, messages=messages.take(request),
            look=look, brand=ConsoleBrand(look),
        )  # fmt: skip


def _language_link(code: str, name: str) -> LanguageLink:
    arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    path = f"{request.script_root}{request.path}?{urlencode([*arguments, ('lang', code)])}"
    return LanguageLink(code, name, path, code == language.get())


@cache
def version() -> str:
    """The version of this Dihya: of the distribution, or of the core where only that is installed."""
    for package in ("dihya", "dihya-core"):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return ""
