"""The first administrator."""

from __future__ import annotations

import re

from dihya_securite.setup import SETUP


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
