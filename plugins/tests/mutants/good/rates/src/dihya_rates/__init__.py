"""Turns amounts from one currency into another; it provides a service and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    """Provide ``Rates``."""
    from .service import Rates

    registry.register_factory(Rates, "dihya_rates.service:Rates.from_container")
