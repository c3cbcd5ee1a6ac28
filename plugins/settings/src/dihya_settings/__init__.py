"""Settings that people change: in the console, each with where it comes from, and one's own above them."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.settings import SettingLayers, SettingsStore

    from .layers import Layers
    from .service import Store

    store = Store()
    registry.register_value(SettingsStore, store)
    registry.register_value(SettingLayers, Layers(store))


@hookimpl
def on_purge(plugin: str) -> None:
    from .purge import forget

    forget(plugin)
