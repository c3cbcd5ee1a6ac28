"""Durable background work that survives kill -9 at any step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import AppInfo, Registry
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.ops import HealthCheck

if TYPE_CHECKING:
    import click


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.ops import Tasks

    from .service import Queue

    registry.register_factory(Tasks, Queue.from_container, enter=False)


@hookimpl
def register_health_checks() -> HealthCheck:
    from .service import probe

    return HealthCheck("tasks", probe, critical=False)


@hookimpl
def register_commands() -> click.Command:
    from .cli import tasks

    return tasks


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    if app_info.serving:
        from . import background, worker

        worker.serve()
        background.serve()


@hookimpl
def on_shutdown(app_info: AppInfo) -> None:
    if app_info.serving:
        from . import background, worker

        background.leave(app_info.data)
        worker.leave(app_info.data)


@hookimpl
def on_restored(restored: Restored) -> None:
    from .backup import resume

    resume()
