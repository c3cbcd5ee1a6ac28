"""The key of the tokens, replaced in time."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.keys import Keys
from dihya_securite.settings import Settings
from dihya_securite.turning import TOKENS, in_time, overdue, turn


def ready(app):
    """Do what setup does for the keys."""
    with app.act("setup") as act:
        act.get(Keys).agree()


def test_a_key_that_is_old_enough_is_replaced(place):
    """The recurring work replaces it after its days, once, and leaves a young one alone."""
    with time_machine.travel("2026-01-01T00:00:00Z") as clock:
        app = place()
        ready(app)
        with app.act("look") as act:
            keys, acts = act.get(Keys), act.get(Acts)
        old = keys.signer(TOKENS).id
        in_time(acts)
        assert keys.signer(TOKENS).id == old
        clock.shift(timedelta(days=91))
        in_time(acts)
        new = keys.signer(TOKENS).id
        in_time(acts)
        assert old != new == keys.signer(TOKENS).id
        assert [event.action for event in app.trail].count("securite.key_turned") == 1


def test_how_late_it_is(place):
    """Negative while it is young, and the time since its day afterwards."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        app = place()
        with app.act("look") as act:
            keys = act.get(Keys)
        assert overdue(keys, Settings(signing_key_days=10)) == timedelta(days=-10)
        clock.shift(timedelta(days=12))
        assert overdue(keys, Settings(signing_key_days=10)) == timedelta(days=2)


def test_it_is_replaced_by_hand(place):
    """An operator replaces it at any time, and the name of the new one is returned."""
    app = place()
    ready(app)
    with app.act("turn") as act:
        old = act.get(Keys).signer(TOKENS).id
        assert turn() == act.get(Keys).signer(TOKENS).id != old
