"""Dangerous acts ask for the password again."""

from __future__ import annotations

import pytest
import time_machine
from dihya_securite.service import Directory

PASSWORD = "quatre mots sans rapport"
API = "/api/v1/securite"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def late(place, add, sign_in):
    """An administrator who signed in eleven minutes ago, in a browser and for a token, and somebody else."""
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        app = place()
        add(app, "boss@example.org", "admin")
        other = add(app, "tin@example.org")
        browser = sign_in(app, "boss@example.org")
        given = {"email": "boss@example.org", "password": PASSWORD}
        token = app.client().post(f"{API}/tokens", json=given).json["access_token"]
        clock.shift(660)
        yield app, browser, {"Authorization": f"Bearer {token}"}, other, clock


def dangerous(other):
    """Routes that ask for the password again: method, path, body."""
    return [
        ("post", f"{API}/keys", {"title": "k", "scopes": ["securite:account"]}),
        ("post", f"{API}/people", {"email": "new@example.org"}),
        ("patch", f"{API}/people/{other}", {"active": False}),
        ("put", f"{API}/people/{other}/roles", {"roles": ["admin"]}),
        ("post", f"{API}/people/{other}/password", {}),
    ]


def test_the_api_says_where_the_password_is_given_again(late):
    """Each dangerous act answers 401 ``reauthenticate`` with the way, and does nothing."""
    app, _, headers, other, _ = late
    for method, path, body in dangerous(other):
        answer = getattr(app.client(), method)(path, json=body, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "reauthenticate"), path
        assert answer.json["confirm_at"] == f"{API}/me/confirmation"
        assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]
    with app.act() as act:
        person = act.get(Directory).get(other)
        assert person.active and person.roles == ["user"] and not person.must_change_password


def test_once_the_password_is_given_dangerous_acts_are_open_for_some_minutes(late):
    """The token's family remembers it, and forgets it after ``confirm_minutes``."""
    app, _, headers, other, clock = late
    client = app.client()
    wrong = client.post(f"{API}/me/confirmation", json={"password": "wrong"}, headers=headers)
    assert (wrong.status_code, wrong.json["code"]) == (422, "bad-credential")
    assert client.post(f"{API}/me/confirmation", json={"password": PASSWORD}, headers=headers).status_code == 204
    assert client.put(f"{API}/people/{other}/roles", json={"roles": ["dpo"]}, headers=headers).status_code == 200
    clock.shift(230)  # the access token lives for 15 minutes
    assert client.post(f"{API}/people/{other}/password", headers=headers).status_code == 200


def test_a_browser_is_led_to_the_page_and_back_to_the_form(late, token_of):
    """Whoever sends a dangerous form gives the password, lands where the form was, and sends it again."""
    app, browser, _, other, _ = late
    page = f"/securite/people/{other}"
    form, sent = {"csrf_token": token_of(browser)}, {**PAGE, "Referer": f"http://localhost{page}"}
    led = browser.post(f"{page}/password", data=form, headers=sent)
    assert led.status_code == 303 and led.headers["Location"].startswith("/securite/account/confirm?next=%2Fsecurite")
    assert browser.get(led.headers["Location"]).status_code == 200
    wrong = browser.post("/securite/account/confirm", data=form | {"password": "wrong", "next": page})
    assert wrong.status_code == 422
    right = browser.post("/securite/account/confirm", data=form | {"password": PASSWORD, "next": page})
    assert right.status_code == 303 and right.headers["Location"] == page
    assert browser.post(f"{page}/password", data=form, headers=sent).status_code == 200


def test_nobody_is_led_to_another_site_after_the_password(late, token_of):
    """Neither a foreign Referer nor a foreign target is followed."""
    app, browser, _, other, _ = late
    form = {"csrf_token": token_of(browser)}
    led = browser.post(
        f"/securite/people/{other}/password", data=form, headers={**PAGE, "Referer": "http://evil.example/x"}
    )
    assert led.headers["Location"] == "/securite/account/confirm?next=%2F"
    right = browser.post("/securite/account/confirm", data=form | {"password": PASSWORD, "next": "//evil.example"})
    assert right.headers["Location"] == "/"


def test_guessing_the_password_of_an_open_session_is_slowed_down(late):
    """Five wrong ones, then 429; signing in from the same network is not slowed down by it."""
    app, _, headers, _, _ = late
    client, wrong = app.client(), {"password": "wrong"}
    found = [client.post(f"{API}/me/confirmation", json=wrong, headers=headers).status_code for _ in range(6)]
    assert found == [422] * 5 + [429]
    assert client.post(f"{API}/tokens", json={"email": "boss@example.org", "password": PASSWORD}).status_code == 201


def test_what_is_not_dangerous_asks_for_nothing(late, token_of):
    """Reading people and changing one's own name go on as before."""
    app, browser, headers, _, _ = late
    assert app.client().get(f"{API}/people", headers=headers).status_code == 200
    assert (
        browser.post("/securite/account/name", data={"csrf_token": token_of(browser), "name": "B"}).status_code == 303
    )
