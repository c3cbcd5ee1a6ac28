"""A plugin with routes of every kind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission, Role
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import public, requires
from flask import Blueprint
from pydantic import BaseModel


class Wish(BaseModel):
    """What a caller wants."""

    text: str
    part: Part | None = None


class Part(BaseModel):
    """A part of it."""

    count: int = 1


Wish.model_rebuild()


def _blueprints() -> list[Blueprint]:
    api = Blueprint("orders_api", __name__)
    pages = Blueprint("orders", __name__)

    @requires("orders:write")
    def make() -> str:
        """Make a wish.

        It is granted later.
        """
        return "{}"

    make.dihya_body = Wish  # type: ignore[attr-defined]
    make.dihya_answer = Wish  # type: ignore[attr-defined]

    @requires("orders:write")
    def one(number: int) -> str:
        return "{}"

    @public("for tests")
    def file(number: int, name: str, kind: str) -> str:
        """Read a file."""
        return "{}"

    @public("for tests")
    def page() -> str:
        """A page."""
        return ""

    api.add_url_rule("/wishes", view_func=make, methods=["POST"])
    api.add_url_rule("/wishes/<int:number>", view_func=one, methods=["GET", "DELETE"])
    api.add_url_rule("/wishes/<int:id>", "other", requires("orders:write")(lambda id: "{}"), methods=["PUT"])
    api.add_url_rule("/wishes/<int:number>/<any(text,html):kind>/<path:name>", view_func=file)
    pages.add_url_rule("/", view_func=page)
    return [api, pages]


@hookimpl
def _routes() -> list[Blueprint]:
    """Serve wishes."""
    return _blueprints()


@hookimpl
def _permissions() -> list[Any]:
    """Only admins wish."""
    return [
        Permission("orders:write", Text("make wishes", "faire des vœux")),
        Role("orders:wisher", Text("Wisher", "Rêveur")),
    ]


@hookimpl
def _openapi(document: dict[str, Any]) -> dict[str, Any]:
    """Say one thing better than the code does."""
    document["paths"]["/api/v1/orders/wishes/{number}"]["delete"]["summary"] = "Forget a wish"
    return document


ORDERS = SimpleNamespace(
    register_routes=_routes,
    register_permissions=_permissions,
    docs_openapi=_openapi,
    __name__="dihya_orders",
    __doc__="Wishes.",
)


@pytest.fixture
def app(make_app):
    """An application with the documentation and the wishes."""
    return make_app("docs", plugins={"orders": ORDERS})


@pytest.fixture
def console_app(make_app):
    """The same application with the console and both languages."""
    return make_app("docs", "console", "static", "i18n", "securite", plugins={"orders": ORDERS})
