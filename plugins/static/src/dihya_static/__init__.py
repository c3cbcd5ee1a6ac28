"""Fingerprinted, compressed, immutable assets; the design system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from flask import Blueprint


@hookimpl
def register_routes() -> Blueprint:
    from .routes import make_blueprint

    return make_blueprint()
