"""Blobs addressed by content, with owner and purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.app import Registry
from dihya_hookspecs.backup import BackupPart
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure, Subject

if TYPE_CHECKING:
    import click
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.storage import Blobs

    from .service import LocalBlobs

    registry.register_factory(Blobs, LocalBlobs.from_container, enter=False)


@hookimpl
def register_permissions() -> list[Permission]:
    sentence = Text("download one’s own files", "télécharger ses propres fichiers")
    return [Permission("storage:read", sentence, ("admin", "user"))]


@hookimpl
def register_routes() -> Blueprint:
    from .routes import storage

    return storage


@hookimpl
def register_commands() -> click.Command:
    from .cli import storage

    return storage


@hookimpl
def register_health_checks() -> HealthCheck:
    from .service import probe

    return HealthCheck("storage", probe)


@hookimpl
def on_rgpd_export(subject: Subject, demand: Demand) -> list[Disclosure]:
    from .rights import disclose

    return disclose(subject)


@hookimpl
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    from .rights import erase

    return erase(subject)


@hookimpl
def register_backup_parts() -> BackupPart:
    from .backup import part

    return part()
