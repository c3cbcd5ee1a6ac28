"""Pages in one frame: the menu, what a page's template has, and the addresses that plugins lead to without knowing whose they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, get_args
from urllib.parse import urlencode

from . import DeclarationError, hookspec
from .acts import current, get, provided_by
from .i18n import Language, Text

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from .access import Actor
    from .slots import Place

Section = Literal["work", "trust", "system"]
LinkName = Literal["sign-in", "sign-out", "account", "audit-log", "arrivals", "settings"]
SECTIONS: tuple[str, ...] = get_args(Section)
LINKS: tuple[str, ...] = get_args(LinkName)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its place in the menu.

    Attributes:
        path: the URL, ``/audit/``.
        permission: who sees it in the menu; None for everybody. The view itself carries its own ``@requires``.
        section: ``work`` stands in the group of the plugin's own application; ``trust`` and ``system`` are shared.
        order: smaller ones stand higher in their group; of equal ones the plugin that comes first in the plan.
        icon: name of a symbol of the ``static`` plugin (its README lists them); empty for the one of the plugin's name.
        count: gives the number that stands beside the title, such as what waits for somebody; zero and None show nothing.
            It is asked at most once a page, and not again for some seconds; one that fails shows nothing.
    """

    name: str
    title: Text
    path: str
    permission: str | None
    section: Section = "work"
    order: int = 50
    icon: str = ""
    count: Callable[[], int | None] | None = None

    def __post_init__(self) -> None:
        """Raises DeclarationError for a section that does not exist."""
        if self.section not in SECTIONS:
            known = ", ".join(map(repr, SECTIONS))
            raise DeclarationError(f"page {self.name!r} stands in section {self.section!r}; write one of {known}")


@dataclass(frozen=True, slots=True)
class Application:
    """What people call a plugin in the menu, where its pages and resources stand together.

    Attributes:
        order: applications with a lower number stand first, those with the same by their title.
    """

    title: Text
    icon: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Link:
    """An address that other plugins lead to by what it is for: whoever signs people in says where the ``sign-in`` is.

    Attributes:
        name: ``sign-in``, ``sign-out`` (by POST), ``account``, ``audit-log`` (``object=table:key`` narrows it), ``settings`` (``#club``).
        path: below the application's root, ``/securite/sign-in``.
        permission: who is led there; None for everybody.
    """

    name: LinkName
    path: str
    permission: str | None = None

    def __post_init__(self) -> None:
        """Raises DeclarationError for a name that nobody asks for."""
        if self.name not in LINKS:
            raise DeclarationError(f"nobody asks for link {self.name!r}; write one of {', '.join(map(repr, LINKS))}")


def path_of(name: LinkName) -> str:
    """Return the path below the application's root that a plugin gave under this name; empty where none did for this reader."""
    from .access import Access
    from .app import Plugins

    given: Link | None = next((link for _, link in get(Plugins).collected("register_links") if link.name == name), None)
    if given is None or (given.permission and not get(Access).decide(current().actor, given.permission)):
        return ""
    return given.path


def url_of(name: LinkName, **arguments: str) -> str:
    """Return the address of a link with arguments, for a page; empty where no plugin gives it."""
    from flask import has_request_context, request

    path, root = path_of(name), request.script_root if has_request_context() else ""
    return f"{root}{path}{f'?{urlencode(arguments)}' if arguments else ''}" if path else ""


class Design(NamedTuple):
    """Addresses with which every page is drawn: style sheets, scripts (modules), the picture, and symbols, each a fragment."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    picture: str
    symbols: str


@provided_by("dihya-static")
class Assets(Protocol):
    """Style sheets, scripts and pictures of plugins."""

    def design(self) -> Design:
        """Return what every page is drawn with."""

    def url(self, name: str) -> str:
        """Return the address of ``<plugin>/<file>``, fingerprinted. Raises NotFound."""

    def integrity(self, name: str) -> str:
        """Return its digest, as the attribute ``integrity`` wants it (W3C, Subresource Integrity)."""


@provided_by("dihya-securite")
class FormTokens(Protocol):
    """What proves that a form comes from a page of ours."""

    def token(self) -> str:
        """Return a token for the field ``csrf_token`` of a form on the page that is being made."""


@provided_by("dihya-i18n")
class Formats(Protocol):
    """Languages, and how dates and numbers are written in the one of the act."""

    def languages(self) -> Sequence[Language]:
        """The languages that people can choose."""

    def timezone(self) -> str:
        """The time zone in which people read and write times, ``Europe/Paris``."""

    def first_weekday(self) -> int:
        """The day with which a week begins, 0 for Monday to 6 for Sunday."""

    def date(self, value: dt.date | str | None, style: str = "medium") -> str:
        """Return a day; empty for None."""

    def datetime(self, value: dt.datetime | str | None, style: str = "medium") -> str:
        """Return a moment in the time zone of people; empty for None."""

    def number(self, value: int | float | Decimal | None) -> str:
        """Return a number; empty for None."""

    def money(self, value: int | float | Decimal | None, currency: str = "EUR") -> str:
        """Return an amount; empty for None."""


class Head(NamedTuple):
    """The head of a column.

    Attributes:
        kind: ``number`` for figures, which stand on the right; ``hidden`` for words that only screen readers say.
        url, direction: where sorting by it leads, and how the rows are sorted by it now (``ascending``, ``descending``).
    """

    label: str
    kind: Literal["", "number", "hidden"] = ""
    url: str = ""
    direction: Literal["", "ascending", "descending"] = ""


class PageContext(Protocol):
    """What a template has under the one name ``page``, in a page and in a fragment.

    Besides there is what its view gave, ``_``, ``ngettext`` and ``pgettext``, and Flask's own ``request`` and ``url_for``.

    Attributes:
        layout: what the template of a page extends: ``{% extends page.layout %}``; its content stands in the block ``main``.
        actor: who reads it; None for somebody unknown.
        language: the code of the language in which it is read.
        root: what every address begins with that ``url_for`` does not make.
        nonce: allows one script or style of the page itself (Content-Security-Policy).
    """

    title: str
    layout: str
    actor: Actor | None
    language: str
    root: str
    nonce: str

    def may(self, permission: str, record: object = None) -> bool:
        """Tell whether the reader holds a permission, for a record where one is given."""

    def url_of(self, name: LinkName, **arguments: str) -> str:
        """Return the address of a link; empty where no plugin gives it."""

    def asset(self, name: str) -> str:
        """Return the address of a file in a plugin's ``static`` folder, ``<plugin>/<file>``; empty where none are served."""

    def style(self, name: str) -> Markup:
        """Return the element that brings a style sheet; it stands in the block ``head``."""

    def script(self, name: str) -> Markup:
        """Return the element that brings a script, a module."""

    def icon(self, name: str) -> Markup:
        """Return a symbol; nothing where there are none."""

    def csrf(self) -> Markup:
        """Return the hidden field that every form with ``method="post"`` holds."""

    def date(self, value: dt.date | str | None, style: str = "medium") -> str:
        """Return a day as the reader writes it."""

    def datetime(self, value: dt.datetime | str | None, style: str = "medium") -> str:
        """Return a moment as the reader writes it."""

    def number(self, value: int | float | Decimal | None) -> str:
        """Return a number as the reader writes it."""

    def money(self, value: int | float | Decimal | None, currency: str = "EUR") -> str:
        """Return an amount as the reader writes it."""

    def slot(self, place: Place, **about: Any) -> Markup:
        """Return what plugins put here; *about* are the fields of ``SlotContext``."""

    def head(
        self, label: str, kind: Literal["", "number", "hidden"] = "", url: str = "",
        direction: Literal["", "ascending", "descending"] = "",
    ) -> Head:  # fmt: skip
        """Return the head of a column that is more than a word."""

    def table(
        self, caption: str, heads: Sequence[str | Head], *, quiet: bool = False, empty: str = "",
        foot: str = "", caller: Callable[[], Markup],
    ) -> Markup:  # fmt: skip
        """Return a table around the rows: ``{% call page.table(_("Books"), [_("Title")]) %}<tr>…</tr>{% endcall %}``.

        Args:
            quiet: the caption is for screen readers alone, since a heading says the same.
            empty: what is said where there are no rows.
            foot: rows below all others, such as one of totals.
        """

    def empty(self, text: str, title: str = "", *, url: str = "", label: str = "") -> Markup:
        """Return what stands where there is nothing: a sentence, and a button that leads to the way out."""

    def pages(
        self, *, first: str = "", next: str = "", first_label: str = "", next_label: str = "", previous: str = ""
    ) -> Markup:
        """Return the way through a long list: addresses of its first, previous and next page; nothing without any."""


@provided_by("dihya-console")
class Layout(Protocol):
    """The frame around a page: head, menu, messages, foot."""

    def page(
        self, template: str, *, title: str, status: int = 200, bare: bool = False, wide: bool = False, **context: Any
    ) -> Response:
        """Render a plugin's template, which begins with ``{% extends page.layout %}``.

        Args:
            template: ``<plugin>/<file>.html``; ``page`` in it is a ``PageContext``.
            bare, wide: without menu, for sign-in and errors; with the template's own margins, for a front page.
            context: what the template reads by name.
        """

    def flash(self, message: str, kind: str = "info", *, undo: str = "") -> None:
        """Show *message* on the next page (``info``, ``success``, ``error``).

        Args:
            undo: the path, below the application's root, to which a button *Undo* beside the message posts.
        """


@hookspec(kind="collect", result=Page, on_error="quarantine", found=("pages:PAGES",))
def register_console_pages() -> Page | list[Page]:  # type: ignore[empty-body]
    """Return pages and their place in the menu."""


@hookspec(kind="collect", result=Application, on_error="quarantine", found=("pages:APPLICATION",))
def register_applications() -> Application | list[Application]:  # type: ignore[empty-body]
    """Return what people call the plugin in the menu. Without it its name stands there."""


@hookspec(kind="collect", result=Link, on_error="quarantine", found=("pages:LINKS",))
def register_links() -> Link | list[Link]:  # type: ignore[empty-body]
    """Return addresses that others lead to by what they are for: where one signs in, out, and sees one's account."""
