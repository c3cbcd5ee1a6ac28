"""The REST interface of people, tokens and keys."""

from __future__ import annotations

import pytest

URL = "/api/v1/securite"
PASSWORD = "quatre mots sans rapport"


@pytest.fixture
def door(place, add):
    """An application and a function that gets a client with a token for somebody with these roles."""
    app = place(lockout=3)
    add(app, "keeper@example.org", "admin")

    def door(email: str, *roles: str):
        id = add(app, email, *roles)
        answer = app.client().post(f"{URL}/tokens", json={"email": email, "password": PASSWORD})
        client = app.client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['access_token']}"
        client.id = id
        return client

    door.app = app
    return door


def test_tokens_are_had_for_address_and_password(door):
    """201 with both tokens, not cached; they open the API without CSRF token."""
    door("tin@example.org")
    answer = door.app.client().post(f"{URL}/tokens", json={"email": "tin@example.org", "password": PASSWORD})
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"access_token", "refresh_token", "expires_in", "token_type"}


@pytest.mark.parametrize("way", ["tokens", "tokens/refresh"])
def test_a_token_that_has_ended_stands_in_nobodys_way(door, way):
    """Clients send it along with the request for new ones; elsewhere it is refused as before."""
    door("tin@example.org")
    right, ended = {"email": "tin@example.org", "password": PASSWORD}, {"Authorization": "Bearer ended"}
    client = door.app.client()
    given = (
        right if way == "tokens" else {"refresh_token": client.post(f"{URL}/tokens", json=right).json["refresh_token"]}
    )
    assert client.post(f"{URL}/{way}", json=given, headers=ended).status_code in (200, 201)
    assert client.get(f"{URL}/me", headers=ended).status_code == 401


def test_failures_are_problems_that_are_recorded_and_then_delayed(door):
    """401 as RFC 9457 with an audit event each, then 429 with Retry-After."""
    door("tin@example.org")
    body = {"email": "tin@example.org", "password": "wrong"}
    answers = [door.app.client().post(f"{URL}/tokens", json=body) for _ in range(4)]
    assert [one.status_code for one in answers] == [401, 401, 401, 429]
    assert answers[0].mimetype == "application/problem+json" and answers[0].json["code"] == "bad-credential"
    assert answers[3].headers["Retry-After"]
    assert [one.action for one in door.app.trail].count("securite.sign_in_failed") == 3


def test_a_one_time_password_gets_no_tokens(place, add):
    """It must be changed in a browser first."""
    app = place()
    _, given = add(app, "tin@example.org", password=None).split()
    answer = app.client().post(f"{URL}/tokens", json={"email": "tin@example.org", "password": given})
    assert answer.status_code == 403 and answer.json["code"] == "password-change-required"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.c"},
        {"email": 1, "password": []},
        {"email": "a", "password": "b", "roles": ["admin"]},
        {"email": "x" * 999, "password": "b"},
    ],
)
def test_what_does_not_fit_is_named(door, body):
    """Missing, wrong and unknown fields get 422 with pointers, and no value is quoted."""
    answer = door.app.client().post(f"{URL}/tokens", json=body)
    assert answer.status_code == 422 and answer.json["errors"] and "xxxxx" not in answer.text


@pytest.mark.parametrize(("data", "status"), [("{", 400), ("[]", 422), ('"x"', 422), ("null", 422)])
def test_what_is_no_object_is_refused(door, data, status):
    """Broken JSON gets 400, another value 422, another media type 415."""
    post = door.app.client().post
    assert post(f"{URL}/tokens", data=data, content_type="application/json").status_code == status
    assert post(f"{URL}/tokens", data=data, content_type="text/plain").status_code == 415


def test_nobody_registers_themselves_as_administrator(door):
    """Anonymous people and users cannot add people, with or without roles."""
    body = {"email": "me@example.org", "roles": ["admin"], "password": PASSWORD}
    assert door.app.client().post(f"{URL}/people", json=body).status_code == 401
    assert door("tin@example.org").post(f"{URL}/people", json=body).status_code == 403
    assert not any(one.action == "insert" and one.actor == "me" for one in door.app.trail)


def test_nobody_puts_their_own_role(door):
    """PUT on one's own roles is refused for users and administrators; PATCH knows no roles."""
    user, admin = door("tin@example.org"), door("admin@example.org", "admin")
    assert user.put(f"{URL}/people/{user.id}/roles", json={"roles": ["admin"]}).status_code == 403
    refused = admin.put(f"{URL}/people/{admin.id}/roles", json={"roles": ["admin", "dpo"]})
    assert refused.status_code == 403 and refused.json["code"] == "own-roles"
    assert user.patch(f"{URL}/me", json={"name": "x", "roles": ["admin"]}).status_code == 422
    assert admin.patch(f"{URL}/people/{user.id}", json={"roles": ["admin"]}).status_code == 422
    assert user.get(f"{URL}/me").json["roles"] == ["user"]


def test_an_administrator_manages_people(door):
    """Add, read, change with If-Match, give roles, reset the password, close."""
    admin = door("admin@example.org", "admin")
    made = admin.post(f"{URL}/people", json={"email": "new@example.org", "name": "New"})
    assert made.status_code == 201 and made.json["one_time_password"] and made.json["roles"] == ["user"]
    url = f"{URL}/people/{made.json['id']}"
    tag = admin.get(url).headers["ETag"]
    assert admin.patch(url, json={"name": "Newer"}, headers={"If-Match": tag}).json["name"] == "Newer"
    assert admin.patch(url, json={"name": "Newest"}, headers={"If-Match": tag}).status_code == 412
    assert admin.put(f"{url}/roles", json={"roles": ["dpo", "user"]}).json["roles"] == ["dpo", "user"]
    assert admin.post(f"{url}/password").json["one_time_password"] != made.json["one_time_password"]
    assert admin.patch(url, json={"active": False}).json["active"] is False
    listed = admin.get(f"{URL}/people?q=new&limit=1&total=true").json
    assert listed["total"] == 1 and "password" not in str(
        listed["items"][0].keys() - {"must_change_password", "password_expires_at"}
    )


def test_a_list_is_read_page_by_page(door):
    """``next`` leads through everybody exactly once."""
    admin = door("admin@example.org", "admin")
    seen, after = [], None
    for _ in range(5):
        page = admin.get(f"{URL}/people", query_string={"limit": 1, **({"after": after} if after else {})}).json
        seen += [one["email"] for one in page["items"]]
        if not (after := page["next"]):
            break
    assert seen == ["admin@example.org", "keeper@example.org"]


def test_my_password_name_sessions(door):
    """I change my name and password and end my sessions; tokens end with the password."""
    tin = door("tin@example.org")
    assert tin.patch(f"{URL}/me", json={"name": "Tin"}).json["name"] == "Tin"
    assert tin.get(f"{URL}/me/sessions").json == {"items": []}
    wrong = {"old_password": "wrong", "password": "une phrase assez longue"}
    assert tin.post(f"{URL}/me/password", json=wrong).status_code == 422
    assert tin.post(f"{URL}/me/password", json=wrong | {"old_password": PASSWORD}).status_code == 204
    assert tin.get(f"{URL}/me").status_code == 401


def test_signing_out_everywhere_ends_tokens(door):
    """DELETE on my sessions ends the token that was used for it."""
    tin = door("tin@example.org")
    assert tin.delete(f"{URL}/me/sessions").status_code == 204 and tin.get(f"{URL}/me").status_code == 401


def test_keys_by_rest(door):
    """Created once with its secret, listed without, removed; an end without time zone is refused."""
    tin = door("tin@example.org")
    body = {"title": "script", "scopes": ["securite:account"]}
    made = tin.post(f"{URL}/keys", json=body)
    assert made.status_code == 201 and made.json["key"].startswith("dhk_")
    assert "key" not in tin.get(f"{URL}/keys").json["items"][0]
    assert tin.post(f"{URL}/keys", json=body | {"expires_at": "2099-01-01T00:00:00"}).status_code == 422
    assert tin.delete(f"{URL}/keys/{made.json['id']}").status_code == 204 and tin.get(f"{URL}/keys").json["items"] == []
    assert tin.delete(f"{URL}/keys/{made.json['id']}").status_code == 404


def test_there_is_no_token_to_revoke_without_one(place, add, sign_in, token_of):
    """A browser session has no access token: 400."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    assert client.delete(f"{URL}/tokens/current", headers={"X-CSRF-Token": token_of(client)}).status_code == 400


@pytest.mark.parametrize("tag", ['W/"1"', '"9999"', '"\xe9"', '"' + "9" * 5000 + '"', "nonsense", "", '"²"'])
def test_a_change_that_names_another_version_changes_nothing(door, tag):
    """A weak, stale, huge or senseless If-Match is refused for names, accounts and roles."""
    admin = door("admin@example.org", "admin")
    url = f"{URL}/people/{admin.post(f'{URL}/people', json={'email': 'x@example.org'}).json['id']}"
    for answer in (
        admin.patch(url, json={"name": "x"}, headers={"If-Match": tag}),
        admin.patch(url, json={"active": False}, headers={"If-Match": tag}),
        admin.put(f"{url}/roles", json={"roles": ["dpo"]}, headers={"If-Match": tag}),
    ):
        assert (answer.status_code, answer.json["code"]) == (412, "stale")
    assert admin.get(url).json["version"] == 1


def test_sessions_are_seen_and_ended_over_the_interface(door, sign_in):
    """One's own, each by its id or all others; somebody's by who manages people, but not above them."""
    tin, admin = door("tin@example.org"), door("root@example.org", "admin")
    browsers = [sign_in(door.app, "tin@example.org") for _ in range(3)]
    items = tin.get(f"{URL}/me/sessions").json["items"]
    assert len(items) == 3 and {"id", "browser", "created_at", "seen_at", "expires_at", "current"} == items[0].keys()
    assert tin.delete(f"{URL}/me/sessions/{items[0]['id']}").status_code == 204
    assert tin.delete(f"{URL}/me/sessions/{items[0]['id']}").status_code == 404
    theirs = f"{URL}/people/{tin.id}/sessions"
    assert [one["id"] for one in admin.get(theirs).json["items"]] == [one["id"] for one in items[1:]]
    assert tin.delete(f"{theirs}/{items[1]['id']}").status_code == 403
    assert admin.delete(f"{theirs}/{items[1]['id']}").status_code == 204
    assert tin.delete(f"{URL}/me/sessions/others").status_code == 204
    assert {one.get(f"{URL}/me").status_code for one in browsers} == {401}
    assert (
        admin.get(f"{URL}/people/{tin.id}").json["last_seen"]
        == admin.get(f"{URL}/people").json["items"][1]["last_seen"]
    )
