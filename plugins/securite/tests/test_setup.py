"""The first administrator."""

from __future__ import annotations

import re

from dihya_securite.setup import ADMIN, SETUP


def test_the_first_administrator_gets_a_password_that_is_said_once(place, sign_in):
    """The step's sentence names address and one-time password; a second run adds nobody."""
    app = place()
    with app.act("setup"):
        notice = SETUP[0].run()
    assert "password" not in notice.said
    (sentence,) = notice.lines
    email, password = re.search(r"sign in as (\S+) with the one-time password (\S+);", sentence).groups()
    client = sign_in(app, email, password)
    assert client.answer.headers["Location"] == "/securite/account/password"
    with app.act("setup"):
        again = SETUP[0].run()
    assert "already" in again and password not in again


def test_the_first_administrator_has_the_address_that_was_given(place, sign_in):
    """As it is stored, and told; there is no account with a known address then."""
    app = place()
    said = app.cli("setup", "--admin", " Ann@Example.org ").stdout
    email, password = re.search(r"sign in as (\S+) with the one-time password (\S+);", said).groups()
    assert email == "ann@example.org" and "dihya.local" not in said
    assert sign_in(app, email, password).answer.headers["Location"] == "/securite/account/password"


def test_what_is_no_address_is_refused_before_anything_is_done(place):
    """One sentence, exit code 1, and nobody was added."""
    app = place()
    result = app.cli("setup", "--admin", "ann")
    assert (result.exit_code, "this is not an e-mail address" in result.stderr) == (1, True)
    assert "admin@dihya.local was added" in app.cli("setup").stdout


def test_an_address_is_asked_for_until_there_is_somebody(place):
    """Before there are tables too."""
    app = place()
    with app.act("look"):
        assert ADMIN.pending()
    app.cli("setup", "--admin", "ann@example.org")
    with app.act("look"):
        assert not ADMIN.pending()
