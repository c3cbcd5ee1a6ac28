"""What the core's tests share: plugins made in memory, and an application that a request goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_core.hooks.caller import HookCaller
from dihya_hookspecs import Invalid, Refused, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.data import Model, Query, Record, Records, impersonal, key, personal
from dihya_hookspecs.events import event
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.web import public, requires
from flask import Blueprint, request
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import String
from sqlalchemy.orm import Mapped


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line remembers stays out of the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def plugin() -> Callable[..., SimpleNamespace]:
    """Return a function that makes a plugin out of functions: each is marked as a hook implementation."""

    def make(*functions: Any, **members: Any) -> SimpleNamespace:
        return SimpleNamespace(**{function.__name__: hookimpl(function) for function in functions}, **members)

    return make


@pytest.fixture
def hook_caller(plugin):
    """Return a function that makes a dispatcher holding plugins p0, p1 … in calling order."""

    def make(*plugins, failed=None):
        made = HookCaller(failed)
        for number, item in reversed(list(enumerate(plugins))):
            made.register(f"p{number}", item)
        made.freeze()
        return made

    return make


class Settings(BaseModel):
    """Settings of a plugin in memory."""

    colour: str = Field("green", description="The colour of the door.")
    key: SecretStr = Field(SecretStr(""), description="The key of the door.")


@pytest.fixture
def app_with_toy(make_app, plugin):
    """An application with one plugin that has settings, a set-up step and a health check."""

    def start(probe=lambda: "well", config=None):
        def register_health_checks():
            return HealthCheck("door", probe)

        def register_setup():
            return SetupStep("door", lambda: "painted")

        toy = plugin(register_health_checks, register_setup, Settings=Settings)
        return make_app(plugins={"toy": toy}, config=config)

    return start


class Thing(Record, subject="id", purpose="tests", basis="contract", retention="1y"):
    """A table of people, for the tests of the pipeline."""

    __tablename__ = "gate_things"
    name: Mapped[str] = personal("name", String(40), unique=True)


class Journal(Model, audited=False):
    """A table that is itself a log."""

    __tablename__ = "gate_journal"
    id: Mapped[object] = key()
    line: Mapped[str] = impersonal("a log line", String(40))


@event("gate.tried", permission="gate:write")
@dataclass(frozen=True)
class Tried:
    """Somebody tried."""

    what: str


class Things(Records[Thing]):
    """The rules of Thing."""

    model = Thing

    def check(self, record):
        """Refuse one name."""
        if record.name == "bad":
            raise Invalid("no bad names")


def blueprint():
    views = Blueprint("gate", "gate")

    @views.get("/")
    @public("anybody may look")
    def index():
        return {"things": [thing.name for thing in get(Things).find(Query(sort=("name",))).items]}

    @views.post("/")
    @requires("gate:write")
    def add():
        get(Things).add(request.get_json())
        current().session.add(Journal(line="not audited"))
        return {}, 201

    @views.post("/nothing")
    @requires("gate:write")
    def nothing():
        return {}

    @views.post("/form")
    @requires("gate:write")
    def form():
        return "the form again, with what is wrong", 422

    @views.post("/counted")
    @requires("gate:write")
    def counted():
        """Keep one row and one event, then go on and answer as the query says."""
        current().session.add(Journal(line="an attempt"))
        get(Things).add({"name": "kept"})
        current().record("gate.attempt", outcome="refused")
        current().publish(Tried("kept"))
        current().keep()
        get(Things).add({"name": "not kept"})
        current().publish(Tried("undone"))
        if request.args["how"] == "raised":
            raise Refused("not this time")
        if request.args["how"] == "crashed":
            raise RuntimeError("by mistake")
        return {}, int(request.args["how"])

    @views.post("/add/<int:status>")
    @requires("gate:write")
    def add_and_answer(status):
        get(Things).add({"name": "a"})
        return "the view answers by itself", status

    @views.post("/twice")
    @requires("gate:write")
    def twice():
        thing = get(Things).add({"name": "a"})
        get(Things).change(thing.id, {"name": "b"})
        return {}

    @views.post("/bulk")
    @requires("gate:write")
    def bulk():
        from sqlalchemy import update

        current().session.execute(update(Thing).values(name="everybody"))
        return {}

    @views.post("/boom")
    @requires("gate:write")
    def boom():
        get(Things).add({"name": "written and undone"})
        raise RuntimeError("tin@example.org")

    @views.get("/refuse")
    @public("it refuses by itself")
    def refuse():
        raise Refused("not this one", code="mine")

    return views


@pytest.fixture
def gate(make_app, plugin):
    """An application with the plugin ``gate`` above and, beside it, what a test gives."""

    def start(**others):
        def register_routes():
            return blueprint()

        def register_services(registry):
            registry.register_factory(Things, Things.from_container)

        def register_permissions():
            return [Permission("gate:write", Text("write", "écrire"), ("user",))]

        def register_events():
            return Tried

        gate = plugin(register_routes, register_services, register_permissions, register_events)
        return make_app(plugins={"gate": gate, **others})

    start.Thing, start.Tried = Thing, Tried
    return start
