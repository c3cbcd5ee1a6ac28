"""What the pages of a resource have in common: its desk, its frame, what its address asks."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from dihya_hookspecs.acts import get
from dihya_hookspecs.resources import Query
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.resources.undoing import Undoing
from dihya_hookspecs.settings import mine
from dihya_hookspecs.ui import Layout
from flask import Response, redirect, request

from .inputs import zone
from .records import Desk
from .settings import Settings

_OURS = ("lang", "choose")


class BasePages:
    """Stands on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _base(self) -> str:
        """The address of the list, which those of records begin with."""
        return request.script_root + self._desk.path

    @property
    def _undoing(self) -> Undoing:
        """What was removed and changed here, as far as the actor of this act may take it back."""
        return Undoing(self._desk.service)

    def _page(self, template: str, title: str, status: int = 200, **context: Any) -> Response:
        return get(Layout).page(
            f"console/resource_{template}.html", title=title, status=status,
            desk=self._desk, resource=self._desk.resource, base=self._base, **context,
        )  # fmt: skip

    def _go(self, rest: str) -> Any:
        return redirect(f"{self._base}{rest}", 303)

    def _go_to(self, id: Any) -> Any:
        """Lead to the page of a record."""
        return redirect(request.script_root + self._desk.page_of(id), 303)

    def _query(self) -> Query:
        """Return what the address asks of the list; an input that was left empty asks nothing."""
        return ask(
            self._desk.resource,
            {
                name: said
                for name, values in request.args.lists()
                if name not in _OURS and (said := list(filter(None, values)))
            },
            limit=mine(Settings).rows,
            zone=ZoneInfo(zone()),
        )
