"""Observers: what they are told, in which order, and that they change nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs.acts import get
from dihya_hookspecs.observe import Observation, Observer
from dihya_hookspecs.web import public
from sqlalchemy import text


class Told(Observer):
    """Keeps what it is told."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = frozenset(kinds)
        self.lines: list[tuple] = []

    def began(self, span):
        self.lines.append(("began", span.kind, span.name))
        return span.name

    def ended(self, span, token, seconds, error):
        assert token == span.name and seconds >= 0
        self.lines.append(("ended", span.kind, span.name, dict(span.facts), type(error).__name__ if error else ""))


@pytest.fixture
def watched(make_app, plugin):
    """Return a function that starts an application with a page and the observers that are given."""

    def start(*observers, **functions):
        def register_observers():
            return list(observers)

        def register_routes():
            from flask import Blueprint, request

            views = Blueprint("shop", "shop")

            def page():
                act_session = request.args.get("sql")
                if act_session:
                    from dihya_hookspecs.acts import current

                    current().session.execute(text("SELECT name FROM people WHERE name = 'Dupont'"))
                if request.args.get("fail"):
                    raise RuntimeError("broken")
                return "ok"

            views.add_url_rule("/page", view_func=public("test")(page))
            return views

        made = plugin(register_observers, register_routes, *functions.values())
        return make_app("db", plugins={"shop": made})

    return start


def test_a_request_is_told_with_method_and_status(watched):
    """The span of a request has the endpoint as its name and is closed with method and status."""
    told = Told("request")
    watched(told).client().get("/shop/page")
    assert told.lines == [
        ("began", "request", "shop.page"),
        ("ended", "request", "shop.page", {"method": "GET", "status": 200}, ""),
    ]


def test_kinds_that_an_observer_does_not_name_are_not_told(watched):
    """Who asks for acts hears of no request."""
    told = Told("act")
    app = watched(told)
    told.lines.clear()
    app.client().get("/shop/page")
    with app.act("shop.count"):
        pass
    assert [line[2] for line in told.lines] == ["shop.count", "shop.count"]


def test_a_failing_act_is_told_with_its_error(watched):
    """The error goes on as it would without an observer."""
    told = Told("act")
    app = watched(told)
    told.lines.clear()
    with pytest.raises(KeyError), app.act("shop.count"):
        raise KeyError("x")
    assert told.lines[-1][-1] == "KeyError"


def test_a_statement_is_told_by_verb_and_table_also_when_it_fails(watched):
    """No value of a statement is told."""
    told = Told("sql")
    app = watched(told)
    told.lines.clear()
    app.client().get("/shop/page?sql=1")
    assert [line for line in told.lines if line[2] != "BEGIN"] == [
        ("began", "sql", "SELECT people"),
        (
            "ended",
            "sql",
            "SELECT people",
            {},
            "OperationalError" if "sqlite" in str(app.engine.url) else "UndefinedTable",
        ),
    ]


def test_hooks_are_told_by_plugin_and_name(watched):
    """Each implementation is a span of its own."""
    told = Told("hook")

    def on_response(request, response): ...

    watched(told, on_response=on_response).client().get("/shop/page")
    assert ("began", "hook", "on_response") in told.lines


def test_several_observers_end_in_reverse(watched):
    """The first to begin is the last to end."""
    lines: list[str] = []

    class One(Told):
        def __init__(self, name):
            super().__init__("request")
            self.name = name

        def began(self, span):
            lines.append(f"{self.name} began")

        def ended(self, span, token, seconds, error):
            lines.append(f"{self.name} ended")

    watched(One("a"), One("b")).client().get("/shop/page")
    assert lines == ["a began", "b began", "b ended", "a ended"]


def test_an_observer_that_raises_changes_nothing_and_is_named(watched, caplog):
    """The answer is as it would be, and the log names the plugin."""

    class Bad(Told):
        def began(self, span):
            raise SystemExit(3)

        def ended(self, span, token, seconds, error):
            raise ValueError("x")

    answer = watched(Bad("request")).client().get("/shop/page")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "plugin 'shop' is failing" in caplog.text and "observer Bad" in caplog.text


def test_plugins_tell_of_what_they_do(watched):
    """The service puts a span around anything; its facts may grow until the end, and it belongs to the running act."""
    told = Told("egress")
    acts: list[str] = []
    told.began = lambda span: acts.append(span.act) or span.name
    app = watched(told)
    with app.act("shop.call") as act:
        with get(Observation).span("egress", "example.org", plugin="shop") as span:
            span.facts["status"] = 204
        assert acts == [act.id]
    assert told.lines == [("ended", "egress", "example.org", {"status": 204}, "")]


def test_without_an_observer_nothing_is_told_and_nothing_breaks(watched):
    """A span of a kind that nobody watches is a block like any other."""
    app = watched()
    with app.act("shop.call"), get(Observation).span("ai", "model") as span:
        span.facts["tokens"] = 3


def test_what_is_no_observer_quarantines_its_plugin(make_app, plugin):
    """Another type of answer is refused by name."""

    def register_observers():
        return SimpleNamespace()

    app = make_app(plugins={"shop": plugin(register_observers)})
    assert app.flask.runtime.plugins["shop"].state == "quarantined"
