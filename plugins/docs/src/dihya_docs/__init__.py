"""OpenAPI 3.1 from the running application, and an explorer without a CDN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

if TYPE_CHECKING:
    import click
    from flask import Blueprint


@hookimpl
def register_permissions() -> list[Permission]:
    """Let everybody who is signed in read how the interface works."""
    sentence = Text("read the description of the API", "lire la description de l’API")
    return [Permission("docs:read", sentence, ("admin", "dpo", "auditeur", "user"))]


@hookimpl
def register_routes() -> Blueprint:
    """Serve the OpenAPI document and the explorer."""
    from .routes import blueprint

    return blueprint


@hookimpl
def register_console_pages() -> Page:
    """Show the explorer in the menu."""
    return Page("docs", Text("API", "API"), "/docs/", "docs:read", section="system", order=80, icon="book")


@hookimpl
def register_commands() -> click.Command:
    """Offer ``dihya docs``."""
    from .cli import docs

    return docs
