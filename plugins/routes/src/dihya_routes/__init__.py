"""REST conventions once for all: cursors, filters, ETags, idempotency, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry
    from flask import Blueprint


@hookimpl
def register_services(registry: Registry) -> None:
    """Offer the memory of idempotency keys."""
    from .idempotency import Idempotency

    registry.register_factory(Idempotency, Idempotency.from_container)


@hookimpl
def register_routes() -> list[Blueprint]:
    """Give every registered resource its REST interface."""
    from .routes import blueprints

    return blueprints()


@hookimpl
def register_openapi(document: dict[str, Any]) -> dict[str, Any]:
    """Describe the operations and schemas of every resource."""
    from .openapi import described

    return described(document)
