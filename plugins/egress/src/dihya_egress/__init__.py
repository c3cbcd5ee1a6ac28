"""Connections to other hosts, only to those that are declared, and a page that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.net import Outgoing

    registry.register_factory(Outgoing, "dihya_egress.service:Connections.from_container")
