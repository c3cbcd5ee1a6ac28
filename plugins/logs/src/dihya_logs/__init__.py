"""Structured logs with correlation, anonymised by default, with rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import AppInfo, PluginChange
    from dihya_hookspecs.observe import Observer


@hookimpl(tryfirst=True)
def on_startup(app_info: AppInfo) -> None:
    from dihya_hookspecs.acts import get

    from .pipeline import start
    from .settings import Settings

    start(get(Settings), app_info.data, serving=app_info.serving)


@hookimpl(tryfirst=True)
def on_command(app_info: AppInfo) -> None:
    on_startup(app_info)


@hookimpl(trylast=True)
def on_shutdown(app_info: AppInfo) -> None:
    from .pipeline import stop

    stop(app_info.data)


@hookimpl
def register_observers() -> Observer:
    from dihya_hookspecs.acts import get

    from .settings import Settings
    from .timings import SlowRequests

    return SlowRequests(get(Settings).slow_seconds)


@hookimpl
def on_plugin_state(change: PluginChange) -> None:
    from .notices import note_state

    note_state(change)
