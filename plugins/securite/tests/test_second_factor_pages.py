"""Setting a second factor up, in a browser."""

from __future__ import annotations

import html
import re

import pyotp
import pytest
import time_machine
from dihya_securite.authenticators import STEP

PAGE = "/securite/account/second-factor"


@pytest.fixture
def clock():
    """A moment at which a half minute begins."""
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        yield clock


def offered(client, path=PAGE):
    """Return the secret and the seal that the page offers, with the token of its form."""
    page = client.get(path).text
    fields = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]+)"', page)[1]) for name in ("csrf_token", "offer")
    }
    return re.search(r"<code class=\"mono\">([A-Z2-7 ]+)</code>", page)[1].replace(" ", ""), fields


def set_up(client):
    """Set an app up; return it, and the page with the codes."""
    secret, fields = offered(client)
    return pyotp.TOTP(secret), client.post(PAGE, data=fields | {"code": pyotp.TOTP(secret).now(), "title": "Phone"})


def test_the_account_page_leads_to_the_second_factor(place, add, sign_in, clock):
    """The account page says whether there is a second factor and leads to it."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    assert "Set up a second factor" in client.get("/securite/account/").text
    set_up(client)
    assert "10 recovery codes left" in client.get("/securite/account/").text


def test_an_app_is_set_up_and_codes_are_shown_once(place, add, sign_in, clock):
    """The picture holds the secret; no cache keeps either page; the list shows the app, and no code."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    page = client.get(PAGE)
    assert "<svg" in page.text and page.headers["Cache-Control"] == "no-store"
    _, answer = set_up(client)
    codes = re.findall(r"<code class=\"mono\">([a-z2-9-]{19})</code>", answer.text)
    assert answer.status_code == 201 and len(codes) == 10 and answer.headers["Cache-Control"] == "no-store"
    after = client.get(PAGE).text
    assert "Phone" in after and codes[0] not in after and '<svg class="qr"' not in after


def test_a_wrong_code_keeps_the_same_secret_on_the_page(place, add, sign_in, clock):
    """Whoever has put it into the app already need not do so again."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    secret, fields = offered(client)
    answer = client.post(PAGE, data=fields | {"code": "000000"})
    assert answer.status_code == 422 and secret[:4] in answer.text and "clock" in answer.text


def test_an_old_offer_is_replaced(place, add, sign_in, clock):
    """With a sentence that says why."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    _, fields = offered(client)
    answer = client.post(PAGE, data=fields | {"offer": "nonsense", "code": "123456"})
    assert answer.status_code == 422 and "took too long" in answer.text


def test_other_sessions_end_when_a_second_factor_is_set_up(place, add, sign_in, clock):
    """Whoever was in with the password alone is out; this browser stays."""
    app = place()
    add(app, "tin@example.org")
    other, client = sign_in(app, "tin@example.org"), sign_in(app, "tin@example.org")
    set_up(client)
    assert other.get("/securite/account/").status_code != 200 and client.get("/securite/account/").status_code == 200


def test_setting_up_removing_and_new_codes_ask_for_the_password_again(place, add, sign_in, token_of, clock):
    """Eleven minutes after signing in."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    set_up(client)
    token = {"csrf_token": token_of(client)}
    clock.shift(660)
    for path in (PAGE, f"{PAGE}/codes", f"{PAGE}/x/remove"):
        answer = client.post(path, data=token, headers={"Accept": "text/html"})
        assert answer.headers["Location"].startswith("/securite/account/confirm"), path


def test_an_app_is_removed_and_new_codes_are_made(place, add, sign_in, token_of, clock):
    """Each by a button of the page."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    set_up(client)
    token = {"csrf_token": token_of(client)}
    assert client.post(f"{PAGE}/codes", data=token).text.count('class="mono"') == 10
    remove = re.search(rf'action="({PAGE}/[^"/]+/remove)"', client.get(PAGE).text)[1]
    assert client.post(remove, data=token).status_code == 303
    assert "10 recovery codes" not in client.get("/securite/account/").text


def test_another_app_is_set_up_beside_the_first(place, add, sign_in, clock):
    """Without new recovery codes."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    set_up(client)
    secret, fields = offered(client, f"{PAGE}?add")
    assert client.post(PAGE, data=fields | {"code": pyotp.TOTP(secret).now()}).status_code == 303
    assert client.get(PAGE).text.count("/remove") == 2


def test_a_role_that_needs_a_second_factor_leads_to_the_page_first(place, add, sign_in, clock):
    """Every page leads there, the interface for programs answers 403, and once it is set up all is open."""
    app = place(second_factor_roles=["admin"])
    add(app, "boss@example.org", "admin")
    add(app, "tin@example.org")
    client = sign_in(app, "boss@example.org")
    assert client.get("/securite/people/").headers["Location"] == PAGE
    assert client.get("/api/v1/securite/people").json["code"] == "second-factor-required"
    assert "Your role asks for a second factor" in client.get(PAGE).text
    set_up(client)
    assert client.get("/securite/people/").status_code == 200
    assert sign_in(app, "tin@example.org").get("/securite/account/").status_code == 200


def test_a_token_of_a_role_that_needs_a_second_factor_opens_the_way_to_it_only(place, add, clock):
    """A program can set it up over the interface."""
    app = place(second_factor_roles=["admin"])
    add(app, "boss@example.org", "admin")
    given = {"email": "boss@example.org", "password": "quatre mots sans rapport"}
    token = app.client().post("/api/v1/securite/tokens", json=given).json["access_token"]
    headers, at = {"Authorization": f"Bearer {token}"}, "/api/v1/securite"
    assert app.client().get(f"{at}/people", headers=headers).json["code"] == "second-factor-required"
    offer = app.client().post(f"{at}/me/second-factor/offer", headers=headers).json
    sent = {"offer": offer["offer"], "code": pyotp.TOTP(offer["secret"]).now()}
    assert app.client().post(f"{at}/me/second-factor", json=sent, headers=headers).status_code == 201
    assert app.client().get(f"{at}/people", headers=headers).status_code == 200


def test_an_administrator_takes_somebodys_second_factor_away(place, add, sign_in, token_of, clock):
    """On the page of the person, whose sessions end; the password alone opens the account then."""
    app = place()
    add(app, "boss@example.org", "admin")
    tin = add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    set_up(client)
    boss, page = sign_in(app, "boss@example.org"), f"/securite/people/{tin}"
    assert "Take the second factor away" in boss.get(page).text
    assert boss.post(f"{page}/second-factor/remove", data={"csrf_token": token_of(boss)}).status_code == 303
    assert "Take the second factor away" not in boss.get(page).text
    assert client.get("/securite/account/").status_code != 200
    clock.shift(STEP)
    assert sign_in(app, "tin@example.org").get("/securite/account/").status_code == 200
