"""Domain events that are not lost: written in the act, delivered to every subscriber at least once."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.events import Outbox

    from .service import EventOutbox

    registry.register_factory(Outbox, EventOutbox.from_container, enter=False)
    registry.register_factory(EventOutbox, EventOutbox.from_container, enter=False)
