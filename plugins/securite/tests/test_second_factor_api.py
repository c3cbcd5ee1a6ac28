"""The second factor over REST."""

from __future__ import annotations

import pyotp
import pytest
import time_machine

PASSWORD, API = "quatre mots sans rapport", "/api/v1/securite"
MINE = f"{API}/me/second-factor"


@pytest.fixture
def place_(place, add):
    """An application with an administrator and somebody else, and what sends requests for either."""
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False):
        app = place()
        add(app, "boss@example.org", "admin")
        id = add(app, "tin@example.org")

        def ask(email, method, path, **body):
            return getattr(app.client(), method)(path, headers={"Authorization": f"Bearer {tokens[email]}"}, **body)

        tokens = {email: _token(app, email) for email in ("boss@example.org", "tin@example.org")}
        yield ask, id


def _token(app, email):
    given = {"email": email, "password": PASSWORD}
    return app.client().post(f"{API}/tokens", json=given).json["access_token"]


def set_up(ask):
    """Set an app up for Tin; return the answer."""
    offer = ask("tin@example.org", "post", f"{MINE}/offer").json
    sent = {"offer": offer["offer"], "code": pyotp.parse_uri(offer["uri"]).now(), "title": "Phone"}
    return ask("tin@example.org", "post", MINE, json=sent)


def test_an_app_is_set_up_shown_and_removed(place_):
    """The codes come once, and the list holds no secret."""
    ask, _ = place_
    made = set_up(ask)
    assert made.status_code == 201 and len(made.json["recovery_codes"]) == 10
    shown = ask("tin@example.org", "get", MINE).json
    assert shown["recovery_codes_left"] == 10 and set(shown["items"][0]) == {"id", "title", "created_at", "used_at"}
    assert ask("tin@example.org", "get", f"{API}/me").json["second_factor"] is True
    assert ask("tin@example.org", "delete", f"{MINE}/{shown['items'][0]['id']}").status_code == 204
    assert ask("tin@example.org", "get", MINE).json == {"items": [], "recovery_codes_left": 0}


def test_new_codes_come_once(place_):
    """New recovery codes are shown once, and only where there is a second factor."""
    ask, _ = place_
    assert ask("tin@example.org", "post", f"{MINE}/codes").status_code == 409
    set_up(ask)
    assert len(ask("tin@example.org", "post", f"{MINE}/codes").json["recovery_codes"]) == 10


def test_what_was_not_offered_is_refused(place_):
    """A made-up offer, and a wrong code."""
    ask, _ = place_
    offer = ask("tin@example.org", "post", f"{MINE}/offer").json["offer"]
    found = [
        ask("tin@example.org", "post", MINE, json={"offer": "x", "code": "123456"}),
        ask("tin@example.org", "post", MINE, json={"offer": offer, "code": "000000"}),
    ]
    assert [(one.status_code, one.json["code"]) for one in found] == [(422, "old-offer"), (422, "invalid")]


def test_an_administrator_takes_it_away(place_):
    """Whoever lacks the right may not."""
    ask, id = place_
    set_up(ask)
    assert ask("tin@example.org", "delete", f"{API}/people/{id}/second-factor").status_code == 403
    assert ask("boss@example.org", "delete", f"{API}/people/{id}/second-factor").status_code == 204
    assert ask("boss@example.org", "get", f"{API}/people/{id}").json["second_factor"] is False
