"""What must hold for people to get in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from dihya_hookspecs import DihyaError
from dihya_hookspecs.ops import Health
from dihya_securite.health import CHECKS


def test_the_health_check_fails_without_administrator(place, add):
    """Nobody to administer is a fault that names the remedy."""
    app = place()
    people, key = CHECKS
    with app.act("health"):
        with pytest.raises(DihyaError, match="dihya people add"):
            people.probe()
        assert "signed with key" in key.probe()
    add(app, "tin@example.org", "admin")
    with app.act("health"):
        assert people.probe() == "one active administrator"


def test_without_an_administrator_everybody_else_is_served(place, add):
    """A server without one is told of and stays ready: taking it away from all would help nobody."""
    app = place()
    add(app, "tin@example.org", "user")
    with app.act("health") as act:
        (told,) = [one for one in act.get(Health).ask() if one.name == "securite.administrator"]
        assert told.state == "failed" and "dihya people add EMAIL --role admin" in told.said
        assert "securite.administrator" not in [one.name for one in act.get(Health).ask(optional=False)]


def test_the_health_check_of_the_key_fails_when_nobody_replaces_it(place):
    """A key that should have been replaced days ago is reported, with the command."""
    with time_machine.travel("2026-01-01T00:00:00Z") as clock:
        app = place()
        with app.act("health"):
            CHECKS[1].probe()
            clock.shift(timedelta(days=95))
            with pytest.raises(DihyaError, match="4 days ago.*dihya keys rotate securite.tokens|5 days ago"):
                CHECKS[1].probe()
