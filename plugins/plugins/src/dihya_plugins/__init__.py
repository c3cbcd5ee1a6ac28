"""Brings plugins into the environment, takes them out, and undoes what failed and what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.installing import Installing

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    registry.register_factory(Installing, "dihya_plugins.installer:Installer.from_container")
