"""One record a generation and one an attempt: who, purpose, template, model, reasons; never the content.

Fed by ``after_generation``; read on ``/generation_logs/`` and with ``dihya generation-logs export``. What it keeps is what
Regulation (EU) 2024/1689 asks of logs (articles 12, 19 and 26): enough to follow how a result came to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.generation import Project
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    """Offer the log to this plugin's own routes, commands and hook."""
    from .service import GenerationLogs

    registry.register_factory(GenerationLogs, GenerationLogs.from_container)


@hookimpl
def register_permissions() -> Permission:
    """Declare who may read the log."""
    read = Text("read how generations came to be", "consulter l’origine des générations")
    return Permission("generation_logs:read", read, ("admin", "dpo", "auditeur"))


@hookimpl
def register_routes() -> Blueprint:
    """Add the list, the detail and the export."""
    from .routes import blueprint

    return blueprint


@hookimpl
def register_console_pages() -> Page:
    """Put the log into the menu."""
    title = Text("Generation log", "Journal des générations")
    return Page("generation_logs", title, "/generation_logs/", "generation_logs:read", section="trust")


@hookimpl
def register_commands() -> click.Command:
    """Add ``dihya generation-logs``."""
    from .cli import generation_logs

    return generation_logs


@hookimpl
def after_generation(project: Project) -> None:
    """Write the record, in the transaction of whoever generated."""
    from .service import GenerationLogs

    get(GenerationLogs).record(project)
