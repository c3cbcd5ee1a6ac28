"""A plugin that publishes, and others that listen."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Literal

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.events import Outbox, Subscription, event
from dihya_hookspecs.i18n import Text


@event("fake.sung", permission="fake:hear")
@dataclass(frozen=True)
class Sung:
    """A song was sung."""

    song: str
    times: int = 1
    mood: Literal["glad", "sad"] = "glad"


@pytest.fixture
def sung():
    return Sung


def publisher():
    @hookimpl
    def register_events():
        return Sung

    @hookimpl
    def register_permissions():
        return Permission("fake:hear", Text("hear", "entendre"), ("admin",))

    return SimpleNamespace(
        register_events=register_events, register_permissions=register_permissions, __name__="dihya_fake"
    )


def listener(name, function, pattern="fake.sung", **options):
    @hookimpl
    def register_subscriptions():
        return Subscription(pattern, function, f"{name}.ear", **options)

    return SimpleNamespace(register_subscriptions=register_subscriptions, __name__=f"dihya_{name}")


@pytest.fixture
def start(make_app):
    """Start an application with a publisher and with functions that listen, by the name of their plugin."""

    def start(*names, options=None, pattern="fake.sung", config=None, **functions):
        plugins = {name: listener(name, one, pattern, **(options or {})) for name, one in functions.items()}
        return make_app("events", "tasks", *names, plugins={"fake": publisher(), **plugins}, config=config)

    return start


@pytest.fixture
def again(make_app):
    """Start another application on the same data: another release of it, so to speak."""

    def again(app, **functions):
        from dihya_hookspecs.data import Database

        with app.act() as act:
            url = act.get(Database).engine.url.render_as_string(hide_password=False)
        plugins = {name: listener(name, one) for name, one in functions.items()}
        return make_app(
            "events", "tasks", plugins={"fake": publisher(), **plugins}, data=app.data, tables=False,
            config={"db": {"url": url}},
        )  # fmt: skip

    return again


@pytest.fixture
def publish(sung):
    """Publish an event in an act of its own."""

    def publish(app, *values, actor=None):
        with app.act("fake.sing", actor=actor) as act:
            act.publish(sung(*values))

    return publish


@pytest.fixture
def deliver():
    """Deliver what is due in this process."""

    def deliver(app):
        with app.act() as act:
            act.get(Outbox).deliver(60)

    return deliver
