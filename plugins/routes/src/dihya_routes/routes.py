"""One blueprint for each plugin that declares resources, and the index of them all."""

from __future__ import annotations

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.web import Resource, public
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from .rest import Rest


def blueprints() -> list[Blueprint]:
    """Return the index and, for each plugin with resources, a blueprint below ``/api/v1/<plugin>``."""
    found: dict[str, Blueprint] = {}
    for plugin, resource in resources():
        if plugin not in found:
            found[plugin] = Blueprint(f"routes_{plugin}", __name__, url_prefix=f"/api/v1/{plugin}")
        Rest(resource, plugin).bind(found[plugin])
    return [_index(), *found.values()]


def resources() -> list[tuple[str, Resource]]:
    """Return every registered resource with the plugin that declares it."""
    return list(get(Plugins).collected("register_resources"))


def _index() -> Blueprint:
    index = Blueprint("routes_index", __name__, url_prefix="/api/v1")

    @index.get("", strict_slashes=False)
    @public("names only what the caller may read anyway")
    def resources_index() -> ResponseReturnValue:
        """List the resources that you may read, and say whether you may write them."""
        return jsonify(resources=[_entry(plugin, resource) for plugin, resource in resources() if _may(resource.read)])

    return index


def _entry(plugin: str, resource: Resource) -> dict[str, object]:
    return {
        "plugin": plugin,
        "name": resource.name,
        "title": str(resource.title),
        "href": f"/api/v1/{plugin}/{resource.name}",
        "writable": _may(resource.write),
    }


def _may(permission: str) -> bool:
    return bool(permission) and bool(get(Access).decide(current().actor, permission))
