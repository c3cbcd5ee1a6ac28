"""What plugins put on pages of others: who may see it, in which order, and nothing of what fails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DeclarationError
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Hooks, Plugins
from dihya_hookspecs.slots import PLACES, Fragment, Place, Slot, SlotContext
from flask import render_template
from markupsafe import Markup

if TYPE_CHECKING:
    from .page_context import ConsolePage


def slot(page: ConsolePage, place: Place, **about: Any) -> Markup:
    """Return the fragments of one place, one after the other. Raises DeclarationError for a place that does not exist."""
    if place not in PLACES:
        raise DeclarationError(f"no page has a slot {place!r}; write one of {', '.join(map(repr, PLACES))}")
    hooks, access, context = get(Hooks), get(Access), SlotContext(current().actor, **about)
    here = [(plugin, one) for plugin, one in get(Plugins).collected("register_slots") if one.place == place]
    pieces = []
    for plugin, one in sorted(here, key=lambda pair: pair[1].order):
        if one.permission is None or access.decide(context.actor, one.permission):
            draw = partial(_drawn, page, plugin, one, context)
            pieces.append(hooks.guarded(plugin, f"slot {one.name}", draw, one.budget_ms, page.slot_time))
    return Markup("\n").join(piece for piece in pieces if piece)


def _drawn(page: ConsolePage, plugin: str, slot: Slot, context: SlotContext) -> Markup | None:
    """Return a fragment as it stands on the page; drawing it is guarded as making it is."""
    fragment = slot.content(context)
    if fragment is None:
        return None
    if not isinstance(fragment, Fragment):
        said = f"slot {slot.name!r} of plugin {plugin!r} gives {type(fragment).__name__}"
        raise DeclarationError(f"{said}; return Fragment('{plugin}/….html', …) or None")
    return Markup(render_template(fragment.template, **fragment.values, page=page))  # noqa: S704 - drawn by an escaping template
