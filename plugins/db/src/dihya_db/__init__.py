"""Engine and sessions: SQLite (WAL) embedded, PostgreSQL when a URL is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import AppInfo, Registry
from dihya_hookspecs.backup import BackupPart
from dihya_hookspecs.ops import HealthCheck

if TYPE_CHECKING:
    import click


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.data import Database

    from .service import Databases

    registry.register_factory(Database, Databases().open, enter=False)


@hookimpl
def register_health_checks() -> HealthCheck:
    from .service import probe

    return HealthCheck("db", probe)


@hookimpl
def register_commands() -> click.Command:
    from .cli import database

    return database


@hookimpl(tryfirst=True)
def on_startup(app_info: AppInfo) -> None:
    from .privacy import close_all, close_folder

    (close_all if app_info.serving else close_folder)(app_info.data)


@hookimpl
def on_shutdown(app_info: AppInfo) -> None:
    from .service import close

    close()


@hookimpl
def register_backup_parts() -> BackupPart:
    from .backup import part

    return part()
