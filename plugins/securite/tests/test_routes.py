"""Signing in and out in a browser."""

from __future__ import annotations

import pytest
import time_machine
from dihya_securite.identity import local

FORM = {"email": "tin@example.org", "password": "quatre mots sans rapport"}


def test_signing_in_begins_a_session_and_leads_on(place, add, sign_in):
    """The cookie is for this site and not for scripts; the next page is the start page."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    cookie = client.answer.headers["Set-Cookie"]
    assert client.answer.status_code == 303 and client.answer.headers["Location"] == "/"
    assert cookie.startswith("dihya=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert client.get("/securite/account/").status_code == 200


def test_below_a_prefix_signing_in_stays_below_it(place, add):
    """Where a proxy gives the application a part of its addresses, the way to the form, the form and the way on lie in it."""
    app = place()
    add(app, "tin@example.org")
    client, below = app.client(), {"base_url": "http://localhost/below"}
    led = client.get("/securite/account/", headers={"Accept": "text/html"}, **below).headers["Location"]
    assert led == "/below/securite/sign-in?next=%2Fsecurite%2Faccount%2F"
    page = client.get(led.removeprefix("/below"), **below).text
    assert 'action="/below/securite/sign-in"' in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = FORM | {"csrf_token": token, "next": "/securite/account/"}
    assert client.post("/securite/sign-in", data=sent, **below).headers["Location"] == "/below/securite/account/"


def test_over_https_the_cookie_is_bound_to_the_host(place, add, sign_in):
    """Over https the cookie is ``__Host-dihya`` and Secure, and the plain one opens nothing."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org", site="https://localhost")
    cookie = client.answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-dihya=") and "Secure" in cookie and "Domain" not in cookie
    plain = app.client()
    plain.set_cookie("dihya", cookie.split("=", 1)[1].split(";")[0], secure=True)
    assert plain.get("/api/v1/securite/me", base_url="https://localhost").status_code == 401


def test_signing_in_needs_a_form_of_ours(place, add):
    """Without the token, with one of another browser, or from another site, nobody is signed in (login CSRF)."""
    app = place()
    add(app, "tin@example.org")
    client, other = app.client(), app.client()
    assert client.post("/securite/sign-in", data=FORM).status_code == 403
    page = other.get("/securite/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.get("/securite/sign-in")
    assert client.post("/securite/sign-in", data=FORM | {"csrf_token": token}).status_code == 403
    crossing = other.post(
        "/securite/sign-in", data=FORM | {"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert crossing.status_code == 403
    assert other.post("/securite/sign-in", data=FORM | {"csrf_token": token}).status_code == 303


def test_a_failure_says_not_what_was_wrong_and_is_recorded(place, add, sign_in):
    """Wrong password and unknown person get the same page, 401, and an audit event each."""
    app = place()
    id = add(app, "tin@example.org")
    wrong = sign_in(app, "tin@example.org", "wrong").answer
    unknown = sign_in(app, "nobody@example.org", "wrong").answer
    assert wrong.status_code == unknown.status_code == 401
    assert "not right" in wrong.text and "not right" in unknown.text
    failed = [(one.object, one.outcome) for one in app.trail if one.action == "securite.sign_in_failed"]
    assert failed == [(f"securite_people:{id}", "refused"), (None, "refused")]


def test_too_many_failures_are_told_to_wait(place, add, sign_in):
    """The page answers 429 with Retry-After; from another network the person gets in."""
    app = place(lockout=1)
    add(app, "tin@example.org")
    sign_in(app, "tin@example.org", "wrong")
    blocked = sign_in(app, "tin@example.org").answer
    assert blocked.status_code == 429 and blocked.headers["Retry-After"] and "Too many attempts" in blocked.text
    assert sign_in(app, "tin@example.org", REMOTE_ADDR="198.51.100.1").answer.status_code == 303


def test_each_sign_in_has_a_session_of_its_own(place, add, sign_in, token_of):
    """A new identifier at sign-in; the one before ends (no session fixation)."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    first = client.get_cookie("dihya").value
    again = client.post("/securite/sign-in", data=FORM | {"csrf_token": token_of(client)})
    assert again.status_code == 303 and client.get_cookie("dihya").value != first
    old = app.client()
    old.set_cookie("dihya", first)
    assert old.get("/api/v1/securite/me").status_code == 401


def test_a_cookie_that_an_attacker_chose_is_never_taken_over(place, add, sign_in):
    """A session identifier from outside is not adopted."""
    app = place()
    add(app, "tin@example.org")
    client = app.client()
    client.set_cookie("dihya", "chosen")
    token = client.get("/securite/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/securite/sign-in", data=FORM | {"csrf_token": token})
    assert client.get_cookie("dihya").value != "chosen" and client.get("/api/v1/securite/me").status_code == 200


def test_signing_out_ends_the_session(place, add, sign_in, token_of):
    """The cookie is gone, and worth nothing for who copied it; without CSRF token nobody is signed out."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    copied = client.get_cookie("dihya").value
    assert client.post("/securite/sign-out").status_code == 403
    left = client.post("/securite/sign-out", data={"csrf_token": token_of(client)})
    assert left.status_code == 303 and left.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = app.client()
    thief.set_cookie("dihya", copied)
    assert thief.get("/api/v1/securite/me").status_code == 401 and client.get_cookie("dihya") is None


def test_a_form_is_not_read_for_a_cookie_that_we_never_gave(place, monkeypatch):
    """A made-up cookie is refused before the form is looked at for its token."""
    client = place().client()
    monkeypatch.setattr("dihya_securite.csrf.sent", lambda request: pytest.fail("the form was read"))
    client.set_cookie("dihya-before", "abc")
    assert client.post("/securite/sign-in", data={"email": "x", "password": "y"}).status_code == 403


def test_a_sign_in_takes_a_small_form_only(place):
    """16 kB are enough for an address and a password."""
    from dihya_hookspecs.web import Accepts
    from dihya_securite import api, routes

    for view in (routes.sign_in, api.issue_tokens, api.refresh_tokens, api.change_my_password):
        assert view.dihya_accepts == Accepts(16 * 1024, 10, 20) and view.dihya_rate.per_minute == 30


def test_a_page_that_needs_a_sign_in_leads_there_and_back(place, add):
    """A browser is led to the door with the way back; a program gets 401."""
    app = place()
    answer = app.client().get("/securite/people/?q=a", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/securite/sign-in?next=%2Fsecurite%2Fpeople%2F%3Fq%3Da"
    assert app.client().get("/api/v1/securite/people", headers={"Accept": "text/html"}).status_code == 401


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/audit/?q=1", "/audit/?q=1"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"), ("", "/"), ("audit", "/"), ("/\tevil", "/"), ("/securite/sign-out", "/"),
    ],
)  # fmt: skip
def test_nobody_is_led_away_after_signing_in(target, expected):
    """Only paths on this site are followed."""
    assert local(target) == expected


def test_the_public_keys_are_public(place):
    """The JWK Set can be read by anybody and holds no private half."""
    answer = place().client().get("/securite/jwks.json")
    assert answer.status_code == 200 and all("d" not in key for key in answer.json["keys"]) and answer.json["keys"]


def test_the_door_has_no_stored_copies(place):
    """The sign-in page must not be cached: its token is bound to one browser."""
    answer = place().client().get("/securite/sign-in")
    assert answer.headers["Cache-Control"] == "no-store" and "dihya-before" in answer.headers["Set-Cookie"]


def test_a_line_break_in_the_next_page_leads_to_the_start(place):
    """A target that ends with a line break is no path of ours."""
    assert local("/foo\n") == "/" and local("/foo") == "/foo"


def test_a_one_time_password_ends(place, add, sign_in):
    """A week later it opens nothing, and the page says how to get another one."""
    app = place()
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        password = add(app, "tin@example.org", "admin", password=None).split()[1]
        clock.shift(7 * 86400 - 1)
        assert sign_in(app, "tin@example.org", password).answer.status_code == 303
        clock.shift(2)
        late = sign_in(app, "tin@example.org", password).answer
        assert late.status_code == 403 and "dihya people password tin@example.org" in late.text
        assert sign_in(app, "tin@example.org", "wrong").answer.status_code == 401


def test_neighbours_do_not_lock_a_known_browser_out(place, add, sign_in):
    """After five wrong passwords from the same network the right one passes where it was typed before."""
    app = place()
    add(app, "tin@example.org")
    own = sign_in(app, "tin@example.org", REMOTE_ADDR="192.0.2.7")
    for _ in range(6):
        sign_in(app, "tin@example.org", "wrong", REMOTE_ADDR="192.0.2.8")
    assert sign_in(app, "tin@example.org", REMOTE_ADDR="192.0.2.7").answer.status_code == 429
    token = own.get("/securite/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert own.post("/securite/sign-in", data=FORM | {"csrf_token": token}).status_code == 303


def test_a_known_browser_is_slowed_down_like_any_network(place, add, sign_in):
    """Somebody who took the cookie that makes a browser known guesses no faster with it."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    token = client.get("/securite/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    wrong = FORM | {"csrf_token": token, "password": "wrong"}
    assert [client.post("/securite/sign-in", data=wrong).status_code for _ in range(6)] == [401] * 5 + [429]


def test_the_sign_in_page_says_what_to_do_without_a_password(place):
    """Whom to ask, as it is set; and, after a page that needs it, that one goes on there."""
    page = place().client().get("/securite/sign-in?next=/securite/people/").text
    assert "Ask whoever runs this application." in page and "Sign in to go on" in page
    page = place(contact="Ann, <room 3>").client().get("/securite/sign-in").text
    assert "Ask Ann, &lt;room 3&gt;." in page and "Sign in to go on" not in page
    assert 'autocomplete="username"' in page and 'autocomplete="current-password"' in page
