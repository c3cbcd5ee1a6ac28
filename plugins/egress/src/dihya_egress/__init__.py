"""Connections to other hosts, only to those that are declared, and a page that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Outgoing
from dihya_hookspecs.ui import Page

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import Registry
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    from .service import Connections

    registry.register_factory(Outgoing, Connections.from_container)


@hookimpl
def register_permissions() -> Permission:
    sentence = Text("see which hosts the application may call", "voir quels hôtes l’application peut appeler")
    return Permission("egress:read", sentence, ("admin", "dpo", "auditeur"))


@hookimpl
def register_routes() -> Blueprint:
    from .routes import blueprint

    return blueprint


@hookimpl
def register_console_pages() -> Page:
    title = Text("Connections", "Connexions sortantes")
    return Page("egress", title, "/egress/", "egress:read", section="trust", order=60)


@hookimpl
def register_commands() -> click.Command:
    from .cli import egress

    return egress
