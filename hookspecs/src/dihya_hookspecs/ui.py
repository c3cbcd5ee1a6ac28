"""The console: pages of plugins in one frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from . import hookspec
from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    from flask import Response


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its place in the menu.

    Attributes:
        path: the URL, ``/audit/``.
        permission: who sees it in the menu; None for everybody. The view itself carries its own ``@requires``.
        section: ``work``, ``trust`` or ``make_app``; sections stand in this order.
        icon: name of a symbol of the ``static`` plugin (its README lists them); empty for none.
    """

    name: str
    title: Text
    path: str
    permission: str | None
    section: str = "work"
    order: int = 50
    icon: str = ""


@provided_by("dihya-console")
class Layout(Protocol):
    """The frame around a page: head, menu, messages, foot."""

    def page(self, template: str, *, title: str, status: int = 200, bare: bool = False, **context: Any) -> Response:
        """Render a plugin's template as the main part of a page.

        Args:
            template: ``<plugin>/<file>.html``; holds only what stands inside ``<main>``; ``_`` and ``csrf_token()`` work
                in it, ``nonce`` is the CSP nonce.
            bare: without menu, for sign-in and errors.
        """

    def flash(self, message: str, kind: str = "info") -> None:
        """Show *message* on the next page (``info``, ``success``, ``error``)."""


@hookspec(kind="collect", result=Page, on_error="quarantine", found=("pages:PAGES",))
def register_console_pages() -> Page | list[Page]:  # type: ignore[empty-body]
    """Return pages and their place in the menu."""
