"""Fingerprinted, compressed, immutable assets; the design system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl, ui

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo

    from .service import Assets

    registry.register_value(Assets, Assets(lambda: get(AppInfo).folders))
    registry.register_factory(ui.Assets, "dihya_static.addresses:Addresses.from_container")
