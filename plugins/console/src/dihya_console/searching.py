"""One search through all lists that the reader may see."""

from __future__ import annotations

import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Response, request

from . import menu
from .applications import FIRST, desks_of
from .captions import Captions
from .permissions import USE
from .records import Desk

SECONDS = 3.0
"""Lists that are not reached by then are named, to be searched on their own pages."""


class Hits(NamedTuple):
    """What one list has: its title and address with these words, the first records with their addresses, and whether there are more."""

    title: str
    path: str
    first: list[tuple[str, str]]
    more: bool


@requires(USE)
def search() -> Response:
    """Search every list, a few records of each; the words are those that its own page takes."""
    words, found, left, problem = request.args.get("q", "").replace("\0", " ").strip(), [], [], ""
    begun = time.monotonic()
    try:
        for desk in _desks() if words else ():
            if time.monotonic() - begun > SECONDS:
                left.append(Hits(_title(desk), _path(desk, words), [], True))
            elif (hits := _hits(desk, words)).first:
                found.append(hits)
    except Invalid:
        problem = _("A search has at most 200 characters and 20 words.")
    return get(Layout).page(
        "console/search.html", title=_("Search"), status=422 if problem else 200,
        words=words, found=found, left=left, problem=problem,
    )  # fmt: skip


def _desks() -> list[Desk]:
    """Return the lists to search, in the order of the menu; those that stand nowhere in it come last."""
    entries = (entry for group in menu.groups(get(Plugins), get(Access), current().actor) for entry in group.entries)
    order = {entry.page.path: number for number, entry in enumerate(entries)}
    desks = [desk for desk in desks_of() if desk.service.search]
    return sorted(desks, key=lambda desk: order.get(desk.path, len(order)))


def _hits(desk: Desk, words: str) -> Hits:
    found, captions = desk.service.find(ask(desk.resource, {"q": [words]}, limit=FIRST)), Captions()
    captions.prepare(desk, found.items, desk.caption_fields())
    first: list[Any] = [(captions.of(desk, item), desk.page_of(item.id)) for item in found.items]
    return Hits(_title(desk), _path(desk, words), first, found.next is not None)


def _title(desk: Desk) -> str:
    said = dict(get(Plugins).collected("register_applications")).get(desk.plugin)
    return f"{said.title} – {desk.resource.title}" if said else str(desk.resource.title)


def _path(desk: Desk, words: str) -> str:
    return f"{desk.path}?{urlencode({'q': words})}"
