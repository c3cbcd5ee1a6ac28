"""Domain events that are not lost: written in the act, delivered to every subscriber at least once."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import Registry
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.events import Outbox

    from .service import EventOutbox

    registry.register_factory(Outbox, EventOutbox.from_container, enter=False)
    registry.register_factory(EventOutbox, EventOutbox.from_container, enter=False)


@hookimpl
def on_rgpd_export(demand: Demand) -> list[Disclosure]:
    """Give the events that speak of the person."""
    from .people import export

    return export(demand)


@hookimpl
def on_rgpd_erase(demand: Demand) -> list[Erasure]:
    """Remove the events that speak of the person."""
    from .people import erase

    return erase(demand)


@hookimpl
def on_purge(plugin: str) -> None:
    """Remove what a plugin published and what waits for it."""
    from .purge import forget

    forget(plugin)
