"""Signing in with a second factor: the password leads to the code, the code to the session."""

from __future__ import annotations

import re

import pyotp
import pytest
import time_machine
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_securite.authenticators import STEP, Authenticators
from dihya_securite.service import Directory

PASSWORD = "quatre mots sans rapport"
CODE_PAGE = "/securite/sign-in/code"


@pytest.fixture
def armed(place, add):
    """An application with somebody whose account asks for a code, the app, its recovery codes, and a clock."""
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        app = place()
        add(app, "tin@example.org")
        with app.act() as act:
            person = act.get(Directory).by_email("tin@example.org")
            actor, apps = Actor(str(person.id), "tin", frozenset(person.roles)), act.get(Authenticators)
            offer = apps.offer(person, "x")
            totp = pyotp.TOTP(offer.secret)
            codes = apps.add(actor, offer, totp.now())
        clock.shift(STEP)
        yield app, totp, codes, clock


def send(client, **form):
    """Send a form of the second step, as its page would."""
    page = client.get(CODE_PAGE, follow_redirects=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return client.post(CODE_PAGE, data=form | {"csrf_token": token})


def is_in(client):
    """Tell whether the browser is signed in."""
    return client.get("/securite/account/").status_code == 200


def test_the_password_alone_opens_nothing(armed, sign_in):
    """It leads to the page that asks for the code."""
    app, *_ = armed
    client = sign_in(app, "tin@example.org")
    assert client.answer.status_code == 303 and client.answer.headers["Location"] == CODE_PAGE
    assert not is_in(client)


def test_password_and_code_open_the_account(armed, sign_in):
    """Password and code open the account, and the browser is known from then on."""
    app, totp, *_ = armed
    client = sign_in(app, "tin@example.org")
    answer = send(client, code=totp.now())
    assert answer.status_code == 303 and is_in(client)
    assert client.get_cookie("dihya-device") and not client.get_cookie("dihya-half")


def test_the_code_leads_to_the_page_that_was_asked_for(armed):
    """As the password does where there is no second factor."""
    app, totp, *_ = armed
    client = app.client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    form = {"csrf_token": token, "email": "tin@example.org", "password": PASSWORD, "next": "/securite/account/password"}
    client.post("/securite/sign-in", data=form)
    assert send(client, code=totp.now()).headers["Location"] == "/securite/account/password"


def test_a_wrong_code_is_refused_and_the_next_one_asked_for(armed, sign_in):
    """The page says what to do, and nobody is signed in."""
    app, totp, *_ = armed
    client = sign_in(app, "tin@example.org")
    answer = send(client, code="000000")
    assert answer.status_code == 401 and "Wait for the next one" in answer.text and not is_in(client)
    assert send(client, code=totp.now()).status_code == 303 and is_in(client)


def test_a_recovery_code_opens_too_and_the_rest_is_counted(armed, sign_in):
    """The page after it says how many are left."""
    app, _, codes, _ = armed
    client = sign_in(app, "tin@example.org")
    assert send(client, recovery=codes[0]).status_code == 303
    assert "9 recovery codes left" in client.get("/securite/account/").text


def test_too_many_codes_are_answered_with_the_time_to_wait(armed, sign_in):
    """429 with Retry-After, on the page."""
    app, totp, *_ = armed
    client = sign_in(app, "tin@example.org")
    found = [send(client, code="000000").status_code for _ in range(6)]
    assert found == [401] * 5 + [429]
    assert send(client, code=totp.now()).headers["Retry-After"]


def test_who_comes_without_the_first_step_is_led_to_it(armed):
    """By address, and with a form."""
    app, totp, *_ = armed
    client = app.client()
    assert client.get(CODE_PAGE).headers["Location"] == "/securite/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    answer = client.post(CODE_PAGE, data={"csrf_token": token, "code": totp.now()})
    assert answer.headers["Location"] == "/securite/sign-in" and not is_in(client)


def test_a_form_from_elsewhere_is_refused(armed, sign_in):
    """Without the token of our page."""
    app, totp, *_ = armed
    client = sign_in(app, "tin@example.org")
    assert client.post(CODE_PAGE, data={"code": totp.now()}).status_code == 403


@pytest.mark.parametrize("change", ["five minutes", "password", "closed", "forged"])
def test_the_first_step_is_worth_nothing_after_a_change(armed, sign_in, change):
    """After five minutes, a new password, the end of the account, or with a cookie that we never gave."""
    app, totp, _, clock = armed
    client = sign_in(app, "tin@example.org")
    with app.act(actor=OPERATOR) as act:
        people = act.get(Directory)
        person = people.by_email("tin@example.org")
        if change == "password":
            people.reset_password(OPERATOR, person.id)
        if change == "closed":
            people.set_active(OPERATOR, person.id, False)
    if change == "forged":
        client.set_cookie("dihya-half", client.get_cookie("dihya-half").value[:-2])
    if change == "five minutes":
        clock.shift(300)
    assert send(client, code=totp.now()).headers["Location"] == "/securite/sign-in" and not is_in(client)


def test_a_program_sends_the_code_along(armed):
    """Without one it is told so, with a wrong one too; with the right one it gets tokens, once."""
    app, totp, codes, _ = armed
    given, at = {"email": "tin@example.org", "password": PASSWORD}, "/api/v1/securite/tokens"
    answers = [app.client().post(at, json=given | more) for more in ({}, {"code": "000000"}, {"code": totp.now()})]
    assert [(one.status_code, one.json.get("code")) for one in answers[:2]] == [
        (401, "second-factor"),
        (401, "bad-code"),
    ]
    assert answers[2].status_code == 201
    assert app.client().post(at, json=given | {"code": totp.now()}).json["code"] == "bad-code"
    assert app.client().post(at, json=given | {"code": codes[0]}).status_code == 201


def test_a_wrong_password_says_nothing_of_the_second_factor(armed):
    """Whoever guesses does not learn whose account has one."""
    app, *_ = armed
    answer = app.client().post("/api/v1/securite/tokens", json={"email": "tin@example.org", "password": "wrong"})
    assert answer.json["code"] == "bad-credential"
