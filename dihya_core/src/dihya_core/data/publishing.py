"""Whose event an object is that somebody publishes."""

from __future__ import annotations

from dihya_hookspecs import Invalid
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.events import EventType, type_of


def publisher(plugins: Plugins, event: object) -> tuple[str, EventType]:
    """Return whose event this is, and what is known of it. Raises Invalid for one that nobody registers."""
    kind = type_of(event)
    for plugin, cls in plugins.collected("register_events"):
        if cls is kind.cls:
            return plugin, kind
        if type_of(cls).name == kind.name:
            raise Invalid(
                f"event {kind.name!r} belongs to plugin {plugin!r}, which registers another class under this name"
            )
    raise Invalid(f"no active plugin registers event {kind.name!r}; return {kind.cls.__name__} from register_events")
