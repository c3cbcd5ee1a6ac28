"""Alembic for every plugin, each with its own version table."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import Registry
from dihya_hookspecs.backup import Restored


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.data import Schema

    registry.register_factory(Schema, "dihya_migrations.schema:PluginSchema")


@hookimpl
def on_restored(restored: Restored) -> None:
    from .service import setup

    setup()
