"""Alembic for every plugin, each with its own version table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import Registry, SetupStep
from dihya_hookspecs.backup import BackupPart, Restored
from dihya_hookspecs.ops import HealthCheck

if TYPE_CHECKING:
    import click


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.data import Schema

    from .schema import PluginSchema

    registry.register_factory(Schema, PluginSchema)


@hookimpl
def register_commands() -> click.Command:
    from .cli import db

    return db


@hookimpl
def register_setup() -> SetupStep:
    from .service import is_set_up, setup

    return SetupStep("database", setup, is_set_up)


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    from .service import probe, probe_schema

    return [HealthCheck("migrations", probe), HealthCheck("schema", probe_schema)]


@hookimpl
def register_backup_parts() -> BackupPart:
    from .backup import part

    return part()


@hookimpl
def on_restored(restored: Restored) -> None:
    from .service import setup

    setup()
