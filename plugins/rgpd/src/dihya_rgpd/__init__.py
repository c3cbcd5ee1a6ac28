"""Export and erasure of one person across all plugins, derived from the columns' annotations."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.data import EventType
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import Background, HealthCheck
from dihya_hookspecs.rgpd import People
from dihya_hookspecs.ui import Page

_DAY = 24 * 3600.0


@hookimpl
def register_services(registry):
    from .service import DataSubjects

    registry.register_factory(People, DataSubjects.from_container)


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
        Permission(
            "rgpd:hold", Text("place and release legal holds", "poser et lever les conservations légales"), roles
        ),
    ]


@hookimpl
def register_events():
    properties = {"demand": {"type": "string"}, "complete": {"type": "boolean"}}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return EventType("rgpd.erased", schema, "rgpd:read")


@hookimpl
def on_event(event):
    if event.name == "rgpd.erased":
        from .settling import committed

        committed(event.payload["demand"])


@hookimpl
def before_serving(app_info):
    from .replaying import replay

    replay()


@hookimpl
def register_setup():
    from .replaying import after_setup

    return SetupStep("erasures", after_setup)


@hookimpl
def on_restored(restored):
    from .replaying import after_restore

    after_restore(restored.previous)


@hookimpl
def register_background():
    from .settling import EVERY, background
    from .sweeping import sweep

    return [Background("rgpd.settle", EVERY, background), Background("rgpd.expire", _DAY, sweep)]


@hookimpl
def register_routes():
    from .routes import api, pages

    return [pages, api]


@hookimpl
def register_console_pages():
    return Page("rgpd", Text("People’s data", "Données des personnes"), "/rgpd/", "rgpd:read", "trust", 20, "shield")


@hookimpl
def register_health_checks():
    return [HealthCheck("rgpd.coverage", _covered, critical=False), HealthCheck("rgpd.erasures", _replayed)]


@hookimpl
def register_commands():
    from .cli import rgpd

    return rgpd


def _covered():
    from dihya_hookspecs.acts import get

    return get(People).probe()


def _replayed():
    from .replaying import probe

    return probe()
