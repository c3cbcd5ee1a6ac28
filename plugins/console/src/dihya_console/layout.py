"""The frame around every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any
from urllib.parse import urlencode

from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import current
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.i18n import language
from dihya_hookspecs.settings import mine
from flask import Response, current_app, make_response, render_template, request

from . import menu, messages
from .settings import Settings


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

    body: str
    bare: bool
    wide: bool
    actor: Actor | None
    assets: bool
    sign_in: bool
    version: str
    code: str
    direction: str
    languages: list[LanguageLink]
    sections: list[menu.Section] = field(default_factory=list)
    here: str = ""
    messages: list[messages.Message] = field(default_factory=list)
    look: Settings = field(default_factory=Settings)


class Frame:
    """Implements ``dihya_hookspecs.ui.Layout``."""

    def __init__(self, plugins: Plugins, access: Access, app_info: AppInfo) -> None:
        self._plugins, self._access = plugins, access
        self._active = {info.name for info in app_info.plugins if info.state == "active"}

    @classmethod
    def from_container(cls, svcs_container: Any) -> Frame:
        """Build the layout inside an act."""
        return cls(svcs_container.get(Plugins), svcs_container.get(Access), svcs_container.get(AppInfo))

    def page(
        self, template: str, *, title: str, status: int = 200, bare: bool = False, wide: bool = False, **context: Any
    ) -> Response:
        """Render a plugin's template as the main part of a page.

        Args:
            wide: the template brings its own margins; for the front page.
        """
        view = self._view(template, bare, wide)
        response = make_response(render_template("console/frame.html", **context, title=title, frame=view), status)
        response.headers.setdefault("Cache-Control", "no-store" if view.actor else "no-cache")
        return response

    def flash(self, message: str, kind: str = "info") -> None:
        """Show *message* on the next page."""
        messages.say(request, message, kind)

    def _view(self, template: str, bare: bool, wide: bool) -> FrameView:
        actor = current().actor
        found = [] if bare else menu.sections(self._plugins, self._access, actor)
        speak = current_app.jinja_env.globals.get("languages")
        links = [_language_link(item.code, item.name) for item in speak()] if callable(speak) else []
        directions = {item.code: item.direction for item in speak()} if callable(speak) else {}
        return FrameView(
            body=template, bare=bare, wide=wide, actor=actor, assets="static" in self._active,
            sign_in="securite" in self._active, version=version(), code=language.get(),
            direction=directions.get(language.get(), "ltr"), languages=links if len(links) > 1 else [],
            sections=found, here=menu.current(found, request.path), messages=messages.take(request),
            look=mine(Settings),
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
