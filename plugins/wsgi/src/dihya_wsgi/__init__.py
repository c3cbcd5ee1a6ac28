"""A hardened production server on one port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    import click
    from flask import Blueprint


@hookimpl
def register_commands() -> click.Command:
    """Offer ``dihya serve``."""
    from .cli import serve

    return serve


@hookimpl
def register_routes() -> Blueprint:
    """Answer whether this process lives and whether it can work."""
    from .routes import blueprint

    return blueprint
