"""The web console: one frame, pages for every resource, plugins and health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.brand import Brand
from dihya_hookspecs.naming import RecordNames
from dihya_hookspecs.ui import Layout

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.net import Egress
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    registry.register_factory(Layout, "dihya_console.layout:Frame.from_container")
    registry.register_factory(Brand, "dihya_console.brand:ConsoleBrand.from_container")
    registry.register_factory(RecordNames, "dihya_console.naming:ResourceNames.from_container")


@hookimpl
def register_routes() -> list[Blueprint]:
    from .resources import make_resource_pages
    from .routes import make_blueprint

    return [make_blueprint(), make_resource_pages()]


@hookimpl
def on_purge(plugin: str) -> None:
    from .views import forget

    forget(plugin)


@hookimpl
def register_egress() -> list[Egress]:
    from .plugin_index import hosts
    from .plugin_pages import installing

    found = installing()
    return hosts(found.sources().index) if found else []
