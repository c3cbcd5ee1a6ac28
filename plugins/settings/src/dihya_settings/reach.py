"""Whose settings there are."""

from __future__ import annotations

from dihya_hookspecs import NotFound, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.settings import SettingLayers


def demand_person() -> Actor:
    """Return who acts. Raises Refused (401) where that is nobody with settings of their own."""
    actor = current().actor
    if actor is None or actor.kind not in ("person", "key"):
        raise Refused("only people have settings of their own; sign in", code="sign-in", status=401)
    return actor


def demand_plugin(plugin: str) -> None:
    """Raise NotFound for a plugin that has no settings that people may change."""
    if plugin not in get(SettingLayers).sections():
        raise NotFound(f"plugin {plugin!r} has no settings that people may change")
