"""A hardened production server on one port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.backup import BackupPart

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import AppInfo, Registry
    from flask import Blueprint


@hookimpl
def register_commands() -> click.Command:
    """Offer ``dihya serve``."""
    from dihya_hookspecs.app import needs_setup

    from .cli import serve

    return needs_setup(serve)


@hookimpl
def register_routes() -> Blueprint:
    """Answer whether this process lives and whether it can work."""
    from .routes import blueprint

    return blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.ops import Capacity
    from dihya_hookspecs.web import Streams

    from .streams import Openings
    from .threads import capacity

    registry.register_factory(Capacity, capacity, enter=False)
    registry.register_factory(Streams, Openings().open, enter=False)


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    if app_info.serving:
        from .worker import learn_limits

        learn_limits()


@hookimpl
def register_backup_parts() -> BackupPart:
    """Keep addresses and process numbers of this machine out of backups."""
    return BackupPart("wsgi", claims=("serve.pid",), local_settings=("*",))
