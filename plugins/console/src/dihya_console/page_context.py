"""The one name that templates have: ``page``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import language
from dihya_hookspecs.slots import Place, TimeBudget
from dihya_hookspecs.ui import Assets, Design, FormTokens, Head, LinkName, url_of
from dihya_hookspecs.web import NONCE
from flask import current_app, request
from markupsafe import Markup

from . import fragments
from .cards import labelled
from .settings import Settings
from .surroundings import formats, found

LAYOUT, PIECES = "console/layout.html", "console/pieces.html"


class ConsolePage:
    """Implements ``dihya_hookspecs.ui.PageContext`` for one page.

    Args:
        view: makes what the frame shows, when the layout asks for it.
    """

    layout = LAYOUT

    def __init__(self, title: str, view: Callable[[], Any]) -> None:
        self.title, self.actor, self._view = title, current().actor, view
        self.language, self.root = language.get(), request.script_root
        self.nonce: str = request.environ.get(NONCE, "")
        self.framed = False

    @cached_property
    def frame(self) -> Any:
        """What the frame shows; asked for by the layout alone."""
        self.framed = True
        return self._view()

    @cached_property
    def slot_time(self) -> TimeBudget:
        """What all slots of this page have together."""
        return TimeBudget(get(Settings).slots_seconds)

    @cached_property
    def design(self) -> Design | None:
        """The files with which every page is drawn; None where no plugin brings them."""
        return assets.design() if (assets := found(Assets)) else None

    def may(self, permission: str, record: object = None) -> bool:
        """Tell whether the reader holds a permission."""
        return bool(get(Access).decide(self.actor, permission, record))

    def url_of(self, name: LinkName, **arguments: str) -> str:
        """Return the address of a link; empty where no plugin gives it."""
        return url_of(name, **arguments)

    def asset(self, name: str) -> str:
        """Return the address of a file of a plugin."""
        return assets.url(name) if (assets := found(Assets)) else ""

    def style(self, name: str) -> Markup:
        """Return the element that brings a style sheet."""
        return self._piece("style", self.asset(name), self._digest(name))

    def script(self, name: str) -> Markup:
        """Return the element that brings a script."""
        return self._piece("script", self.asset(name), self._digest(name))

    def icon(self, name: str) -> Markup:
        """Return a symbol."""
        return self._piece("icon", name)

    def csrf(self) -> Markup:
        """Return the hidden field of a form."""
        return self._piece("csrf", self.csrf_token())

    def csrf_token(self) -> str:
        """Return the token itself, for the head of the page, where scripts find it."""
        return tokens.token() if (tokens := found(FormTokens)) else ""

    def date(self, value: dt.date | str | None, style: str = "medium") -> str:
        """Return a day."""
        return formats().date(value, style)

    def datetime(self, value: dt.datetime | str | None, style: str = "medium") -> str:
        """Return a moment."""
        return formats().datetime(value, style)

    def number(self, value: int | float | Decimal | None) -> str:
        """Return a number."""
        return formats().number(value)

    def money(self, value: int | float | Decimal | None, currency: str = "EUR") -> str:
        """Return an amount."""
        return formats().money(value, currency)

    def slot(self, place: Place, **about: Any) -> Markup:
        """Return what plugins put here."""
        return fragments.slot(self, place, **about)

    def head(
        self, label: str, kind: Literal["", "number", "hidden"] = "", url: str = "",
        direction: Literal["", "ascending", "descending"] = "",
    ) -> Head:  # fmt: skip
        """Return the head of a column."""
        return Head(label, kind, url, direction)

    def table(
        self, caption: str, heads: Sequence[str | Head], *, quiet: bool = False, empty: str = "",
        foot: str = "", caller: Callable[[], Markup],
    ) -> Markup:  # fmt: skip
        """Return a table around the rows."""
        columns = [head if isinstance(head, Head) else Head(head) for head in heads]
        return self._piece(
            "table", caption, columns, quiet, empty, labelled(foot, columns), caller=lambda: labelled(caller(), columns)
        )

    def empty(self, text: str, title: str = "", *, url: str = "", label: str = "") -> Markup:
        """Return what stands where there is nothing."""
        return self._piece("empty", text, title, url, label)

    def pages(
        self, *, first: str = "", next: str = "", first_label: str = "", next_label: str = "", previous: str = ""
    ) -> Markup:
        """Return the way through a long list."""
        return self._piece("pages", first, next, first_label, next_label, previous)

    def _digest(self, name: str) -> str:
        return assets.integrity(name) if (assets := found(Assets)) else ""

    @cached_property
    def _pieces(self) -> Any:
        return current_app.jinja_env.get_template(PIECES).make_module({"page": self})

    def _piece(self, name: str, *values: Any, **named: Any) -> Markup:
        return Markup(getattr(self._pieces, name)(*values, **named))  # noqa: S704 - a macro of an escaping template
