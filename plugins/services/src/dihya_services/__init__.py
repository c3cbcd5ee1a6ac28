"""From an idea to a proven plugin: the generation of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.data import EventType
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import Task
from dihya_hookspecs.ui import Page

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, Subject
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    """Provide proposals and generations to this plugin's own routes, commands and steps."""
    from .proposals import Proposals
    from .service import Generations

    registry.register_factory(Proposals, Proposals.from_container)
    registry.register_factory(Generations, Generations.from_container)


@hookimpl
def register_permissions() -> list[Permission]:
    """Who may generate, read, oversee and manage."""
    return [
        Permission("services:generate", Text("generate plugins", "générer des plugins"), ("user", "admin")),
        Permission(
            "services:read", Text("read one's generations", "consulter ses générations"), ("user", "admin", "auditeur")
        ),
        Permission(
            "services:oversee",
            Text("see everybody's generations", "voir les générations de tous"),
            ("admin", "auditeur"),
        ),
        Permission(
            "services:manage",
            Text(
                "read ideas and remove generations of others", "lire les idées et supprimer les générations des autres"
            ),
        ),
    ]


@hookimpl
def register_setup() -> SetupStep:
    """Let the models read the templates' examples before the first person waits for it."""
    from .proposals import prepare

    return SetupStep("template choice", prepare)


@hookimpl
def register_tasks() -> Task:
    """The durable workflow of a generation."""
    from .tasks import generate

    return Task("services.generate", generate)


@hookimpl
def register_events() -> EventType:
    """A generation ended."""
    text = {"type": "string"}
    properties = {"id": text, "status": {"enum": ["ready", "failed"]}, "template": text, "files": {"type": "integer"}}
    schema = {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}
    return EventType("services.generated", schema, "services:oversee")


@hookimpl
def register_routes() -> list[Blueprint]:
    """The API and the pages."""
    from .api import api
    from .routes import pages

    return [api, pages]


@hookimpl
def register_console_pages() -> list[Page]:
    """The product page comes first in the menu."""
    return [
        Page("services", Text("New project", "Nouveau projet"), "/services/", "services:generate", "work", 1, "spark"),
        Page(
            "generations",
            Text("Generations", "Générations"),
            "/services/generations",
            "services:read",
            "work",
            2,
            "list",
        ),
    ]


@hookimpl
def register_commands() -> click.Command:
    """Give ``dihya generate``."""
    from .cli import generate

    return generate


@hookimpl
def on_rgpd_export(subject: Subject, demand: Demand) -> list[Disclosure]:
    """Give a person the plugins that were generated for them."""
    from .people import disclose

    return disclose(subject)


@hookimpl
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    """Let go of the files of a person's generations; the rows go by their annotations."""
    from .people import erase

    return erase(subject)
