"""Sign-ins while all places for hashing are taken."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from dihya_hookspecs.web import CLOSED
from dihya_keys.service import FileKeys
from dihya_securite import devices
from dihya_securite.crowd import COOLS, PAUSE, Crowd, is_known
from dihya_securite.passwords import Passwords
from dihya_securite.secret import Secret
from dihya_securite.service import Directory
from flask import request_finished

PASSWORD = "quatre mots sans rapport"
WRONG = {"email": "nobody@example.org", "password": "not a password at all"}


@pytest.fixture
def crowded(place, add):
    """An application in which strangers hold every place, and somebody has an account."""
    app = place("db", "migrations")
    add(app, "tin@example.org")
    with app.act() as act:
        places = act.get(Passwords).places
    with ExitStack() as stack:
        for number in range(places.most):
            stack.enter_context(places.take(f"from {number}"))
        yield app


def left_by(app, ask):
    """Return what the view left under ``CLOSED`` while *ask* was answered, and the answer."""
    seen = []

    def look(sender, response, **_):
        from flask import request

        seen.append(request.environ.get(CLOSED))

    with request_finished.connected_to(look):
        answer = ask()
    return seen[0], answer


def test_a_stranger_hears_503_before_anything_is_done(crowded, monkeypatch):
    """Neither is the person looked for, nor a failure counted or recorded; the server is told that it need not ask again."""
    monkeypatch.setattr(Directory, "by_email", lambda *_: pytest.fail("the database was asked"))
    closed, answer = left_by(crowded, lambda: crowded.client().post("/api/v1/securite/tokens", json=WRONG))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert (
        closed.seconds == 1
        and not closed.lets_in({"REMOTE_ADDR": "203.0.113.9"})
        and not [e for e in crowded.trail if "sign_in" in e.action]
    )


def test_a_browser_that_is_known_signs_in_meanwhile(place, add, sign_in):
    """Strangers hold every place; who signed in with this browser before is let through by the server, and by us."""
    app = place("db", "migrations")
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    cookie = client.get_cookie("dihya-device").value
    with app.act() as act:
        places, secret = act.get(Passwords).places, act.get(Secret)
    assert is_known(secret, {"HTTP_COOKIE": f"a=b; dihya-device={cookie}"})
    with ExitStack() as stack:
        for number in range(places.most):
            stack.enter_context(places.take(f"from {number}"))
        page = client.get("/securite/sign-in").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": "tin@example.org", "password": PASSWORD}
        assert client.post("/securite/sign-in", data=form).status_code == 303
        assert sign_in(app, "tin@example.org").answer.status_code == 503  # another browser


@pytest.mark.parametrize(
    "cookie", ["", "dihya-device=x", "dihya-device=a.b.c", "dihya-other=1", 'a="\x01', "dihya-device=é"]
)
def test_what_is_no_cookie_of_ours_lets_nobody_in(tmp_path, cookie):
    """A made-up cookie, and one of another installation, are a stranger's."""
    assert not is_known(Secret(FileKeys(tmp_path)), {"HTTP_COOKIE": cookie})
    other = devices.make(Secret(FileKeys(tmp_path / "other")), "tin@example.org")
    assert not is_known(Secret(FileKeys(tmp_path)), {"HTTP_COOKIE": f"dihya-device={other}"})


def test_one_account_that_is_attacked_closes_the_door_to_nobody_else(place):
    """The places of one account are taken: its next attempt hears 503, and the server goes on to ask for others."""
    app = place("db", "migrations")
    with app.act() as act:
        places = act.get(Passwords).places
    with ExitStack() as stack:
        for number in range(places.each):
            stack.enter_context(places.take(f"from {number}", f"to {WRONG['email']}"))
        closed, answer = left_by(app, lambda: app.client().post("/api/v1/securite/tokens", json=WRONG))
        assert answer.status_code == 503 and closed is None
        assert app.client().post("/api/v1/securite/tokens", json={**WRONG, "email": "b@example.org"}).status_code == 401


def test_a_network_that_guesses_is_looked_at_now_and_then(tmp_path):
    """One attempt in half a second, whatever its addresses; other networks are not concerned, and it cools down."""
    now = [100.0]
    crowd = Crowd(Secret(FileKeys(tmp_path)), lambda: now[0])
    crowd.heat("203.0.113.7")

    def passes(address):
        return crowd.lets_in({"REMOTE_ADDR": address})

    assert not passes("203.0.113.8") and passes("198.51.100.1")
    now[0] += PAUSE
    assert passes("203.0.113.9") and not passes("203.0.113.10")
    crowd.heat("203.0.113.9")
    assert not passes("203.0.113.10")
    now[0] += COOLS
    assert passes("203.0.113.10") and passes("203.0.113.11") and not crowd._hot


def test_a_delayed_attempt_tells_the_server(place):
    """After the failures that are free the server itself refuses the rest of that network for a moment."""
    app = place("db", "migrations", lockout=1)
    client = app.client()
    client.post("/api/v1/securite/tokens", json=WRONG)
    client.post("/api/v1/securite/tokens", json=WRONG)
    closed, answer = left_by(app, lambda: client.post("/api/v1/securite/tokens", json=WRONG))
    assert answer.status_code == 429 and not closed.lets_in({"REMOTE_ADDR": "127.0.0.99"})
    assert closed.lets_in({"REMOTE_ADDR": "203.0.113.9"})
