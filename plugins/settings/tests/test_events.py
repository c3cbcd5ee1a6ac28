"""A change is told to whoever listens."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.events import Outbox, Subscription

ANN = Actor("ann", "Ann", frozenset({"admin"}))


@pytest.fixture
def heard(start):
    """An application that hears of changes, and what it heard."""
    heard = []

    @hookimpl
    def register_subscriptions():
        return Subscription("settings.*", lambda act, event, key: heard.append(event.data), "ear.settings")

    ear = SimpleNamespace(register_subscriptions=register_subscriptions, __name__="dihya_ear")
    app = start("events", "tasks", "securite", more={"ear": ear})

    def listen():
        with app.act() as act:
            act.get(Outbox).deliver(60)
        return heard

    return app, listen


def test_a_change_is_told_with_its_values(heard, change):
    """Subscribers get setting, old and new value once the act is committed."""
    app, listen = heard
    change(app, "choir.songs", 4)
    change(app, "choir.songs")
    told = {(one.setting, one.layer, one.old, one.new) for one in listen()}
    assert told == {("choir.songs", "application", None, "4"), ("choir.songs", "application", "4", None)}


def test_what_an_event_must_not_hold_is_left_out(heard, change):
    """Free text, secrets, and what a person chose; that something changed is told all the same."""
    app, listen = heard
    change(app, "choir.motto", "sing with us")
    change(app, "choir.token", "hush-hush")
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    assert {(one.setting, one.old, one.new, one.person) for one in listen()} == {
        ("choir.motto", None, None, None), ("choir.token", None, None, None), ("choir.mood", None, None, "ann"),
    }  # fmt: skip
