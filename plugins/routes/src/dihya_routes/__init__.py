"""REST conventions once for all: cursors, filters, ETags, idempotency, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_routes() -> list[Blueprint]:
    """Give every registered resource its REST interface."""
    from .routes import blueprints

    return blueprints()


@hookimpl(optionalhook=True)  # of the plugin docs, where that is installed
def docs_openapi(document: dict[str, Any]) -> dict[str, Any]:
    """Describe the operations and schemas of every resource."""
    from .openapi import described

    return described(document)
