"""Stock extensions of Flask and of its observers work within the application as their documentation says, unchanged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, hookimpl
from dihya_hookspecs.web import public
from flask import Blueprint
from flask_caching import Cache
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, user_logged_in
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

AROUND = ("i18n", "middleware", "securite")


@pytest.fixture
def start(make_app):
    """Return a function that starts an application with a plugin that has one blueprint."""

    def begin(blueprint):
        @hookimpl
        def register_routes():
            return blueprint

        return make_app(
            *AROUND, plugins={"shop": SimpleNamespace(register_routes=register_routes, __name__="dihya_shop")}
        )

    return begin


def goods():
    """Return a blueprint whose views answer, fail and refuse."""
    views = Blueprint("shop", "shop")

    @views.get("/goods/<int:number>")
    @public("a shop")
    def show(number):
        if number == 7:
            raise ZeroDivisionError("a value")
        if number == 8:
            raise Invalid("sold")
        return "well"

    return views


def test_sentry_is_told_once_of_an_error_and_of_each_route(tmp_path):
    """By the name of the view; a refusal is no error. In a process of its own, since the SDK patches what it watches."""
    script = Path(__file__).parent / "data" / "reported.py"
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert [(one["name"], one["errors"]) for one in told if one["type"] == "event"] == [
        ("shop.goods", ["ZeroDivisionError"])
    ]
    ways = [(one["name"], one["status"]) for one in told if one["type"] == "transaction"]
    assert ways[:3] == [("shop.goods", 200), ("shop.goods", 500), ("shop.goods", 422)] and ways[3][1] == 404


def test_a_span_of_opentelemetry_has_the_name_of_the_route(start):
    """It goes on the trace of the caller, and only a failure of ours makes it one."""
    app, kept, provider = start(goods()), InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    FlaskInstrumentor().instrument_app(app.flask, tracer_provider=provider)
    try:
        client, trace = app.client(), "0af7651916cd43dd8448eb211c80319c"
        for number in (1, 7, 8):
            client.get(f"/shop/goods/{number}", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    finally:
        FlaskInstrumentor.uninstrument_app(app.flask)
    spans = kept.get_finished_spans()
    assert [span.name for span in spans] == ["GET /shop/goods/<int:number>"] * 3
    assert [span.status.status_code for span in spans] == [StatusCode.UNSET, StatusCode.ERROR, StatusCode.UNSET]
    assert {f"{span.context.trace_id:032x}" for span in spans} == {trace}


def test_flask_caching_answers_in_the_view_s_place(start):
    """The view is called once; what it needs of the application it gets when the blueprint is registered."""
    views, cache, asked = Blueprint("shop", "shop"), Cache(config={"CACHE_TYPE": "SimpleCache"}), []
    views.record_once(lambda state: cache.init_app(state.app))

    @views.get("/price")
    @public("a shop")
    @cache.cached(timeout=60)
    def price():
        asked.append(1)
        return f"{len(asked)} dinar"

    client = start(views).client()
    assert [client.get("/shop/price").text for _ in range(3)] == ["1 dinar"] * 3


class Keeper(UserMixin):
    """Somebody whom the extension knows."""

    id = "ann"


def test_flask_login_keeps_its_own_session_and_sends_its_signal(start):
    """Who is not signed in gets 401, as a problem; once they are, their browser is known again."""
    views, login, heard = Blueprint("shop", "shop"), LoginManager(), []

    @views.record_once
    def attach(state):
        state.app.config["SECRET_KEY"] = "a key of the extension's own"
        login.init_app(state.app)

    @login.user_loader
    def load(id):
        return Keeper() if id == Keeper.id else None

    @views.get("/in")
    @public("a shop")
    def enter():
        login_user(Keeper())
        return "welcome"

    @views.get("/till")
    @public("the extension asks")
    @login_required
    def till():
        return current_user.id

    app = start(views)

    def hear(sender, user, **more):
        heard.append(user.id)

    with user_logged_in.connected_to(hear, app.flask):
        client = app.client()
        refused = client.get("/shop/till")
        assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
        assert client.get("/shop/in").text == "welcome"
    assert client.get("/shop/till").text == "ann" and heard == ["ann"]
    assert app.client().get("/shop/till").status_code == 401
