"""The first administrator, and health."""

from __future__ import annotations

import re

import pytest
from dihya_securite.setup import STEP, health_checks


def test_the_first_administrator_gets_a_password_that_is_said_once(place, sign_in):
    """The step's sentence names address and one-time password; a second run adds nobody."""
    app = place()
    with app.act("setup"):
        notice = STEP.run()
    assert "password" not in notice.said
    (sentence,) = notice.lines
    email, password = re.search(r"sign in as (\S+) with the one-time password (\S+);", sentence).groups()
    client = sign_in(app, email, password)
    assert client.answer.headers["Location"] == "/securite/account/password"
    with app.act("setup"):
        again = STEP.run()
    assert "already" in again and password not in again


def test_the_health_check_fails_without_administrator(place, add):
    """Nobody to administer is a fault that names the remedy."""
    app = place()
    people, key = health_checks()
    with app.act("health"):
        with pytest.raises(RuntimeError, match="dihya people add"):
            people.probe()
        assert "signed with key" in key.probe()
    add(app, "tin@example.org", "admin")
    with app.act("health"):
        assert people.probe() == "one active administrator"


def test_the_health_check_of_the_key_fails_when_the_folder_is_broken(place):
    """A key folder that cannot be used is reported."""
    app = place()
    (app.data / "keys").mkdir(exist_ok=True)
    (app.data / "keys" / "tokens").write_text("not a folder")
    with app.act("health"), pytest.raises(OSError):
        health_checks()[1].probe()
