"""Export and erasure of one person across all plugins, derived from the columns' annotations."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import EventType
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.rgpd import People
from dihya_hookspecs.ui import Page


@hookimpl
def register_services(registry):
    from .service import Desk

    registry.register_factory(People, Desk.from_container)


@hookimpl
def register_permissions():
    roles = ("admin", "dpo")
    return [
        Permission(
            "rgpd:read",
            Text("see where data about people lies", "voir où se trouvent les données des personnes"),
            roles,
        ),
        Permission("rgpd:export", Text("export the data of a person", "exporter les données d’une personne"), roles),
        Permission("rgpd:erase", Text("erase the data of a person", "effacer les données d’une personne"), roles),
    ]


@hookimpl
def register_events():
    properties = {"demand": {"type": "string"}, "complete": {"type": "boolean"}}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return EventType("rgpd.erased", schema, "rgpd:read")


@hookimpl
def on_event(event):
    if event.name == "rgpd.erased":
        _scrub()


@hookimpl
def register_routes():
    from .routes import api, pages

    return [pages, api]


@hookimpl
def register_console_pages():
    return Page("rgpd", Text("People’s data", "Données des personnes"), "/rgpd/", "rgpd:read", "trust", 20, "shield")


@hookimpl
def register_health_checks():
    return HealthCheck("rgpd.coverage", _probe, critical=False)


@hookimpl
def register_commands():
    from .cli import rgpd

    return rgpd


def _scrub():
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.data import Database

    from .erasing import scrub

    scrub(get(Database).engine)


def _probe():
    from dihya_hookspecs.acts import get

    return get(People).probe()
