"""Where the time of a slow request went."""

from __future__ import annotations

import json

from dihya_hookspecs import hookimpl
from dihya_hookspecs.web import public


class shop:
    """A plugin with a page that reads twice."""

    @hookimpl
    def register_routes():
        from dihya_hookspecs.acts import current
        from flask import Blueprint
        from sqlalchemy import text

        blueprint = Blueprint("shop", __name__)

        def order():
            for _ in range(2):
                current().session.execute(text("SELECT 1"))
            return "ok"

        blueprint.add_url_rule("/order", view_func=public("test")(order))
        return blueprint


def lines(app) -> list[dict]:
    """The lines about slow requests."""
    path = app.data / "logs" / "dihya.jsonl"
    written = path.read_text().splitlines() if path.exists() else []
    return [line for line in map(json.loads, written) if line["logger"] == "dihya.logs.slow"]


def test_a_slow_request_says_where_its_time_went(make_app) -> None:
    """One line names the endpoint and its status, and counts the statements and their milliseconds."""
    app = make_app("logs", "db", plugins={"shop": shop}, config={"logs": {"slow_seconds": 0, "console": "off"}})
    app.client().get("/shop/order")
    (line,) = lines(app)
    assert line["event"].startswith("shop.order was slow")
    assert line["status"] == 200 and line["sql"] >= 2 and line["sql_ms"] >= 0


def test_a_quick_request_gets_no_line(make_app) -> None:
    """Below the limit nothing is written."""
    app = make_app("logs", "db", plugins={"shop": shop}, config={"logs": {"slow_seconds": 60, "console": "off"}})
    app.client().get("/shop/order")
    assert lines(app) == []
