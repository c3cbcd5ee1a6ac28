"""The web console: one frame, pages for every resource, plugins and health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Layout, Page

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.web import Step
    from flask import Blueprint

PLUGINS, HEALTH = "console:plugins", "console:health"


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(PLUGINS, Text("switch plugins on and off", "activer et désactiver les plugins"), ("admin",)),
        Permission(
            HEALTH, Text("see the state of the application", "voir l’état de l’application"), ("admin", "auditeur")
        ),
    ]


@hookimpl
def register_services(registry: Registry) -> None:
    from .layout import Frame

    registry.register_factory(Layout, Frame.from_container)


@hookimpl
def register_console_pages() -> list[Page]:
    return [
        Page("plugins", Text("Plugins", "Plugins"), "/console/plugins", PLUGINS, "system", 10, "plugins"),
        Page("health", Text("Health", "État de l’application"), "/console/health", HEALTH, "system", 20, "health"),
    ]


@hookimpl
def register_routes() -> list[Blueprint]:
    from .resources import make_resource_pages
    from .routes import make_blueprint

    return [make_blueprint(), make_resource_pages()]


@hookimpl
def register_middleware() -> Step:
    from dihya_hookspecs.web import Step

    from .messages import carry_over

    return Step("messages", "content", after=carry_over)
