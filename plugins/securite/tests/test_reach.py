"""Nobody does to an account more than they hold: roles within scopes."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Refused
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_securite.keys import Keys
from dihya_securite.reach import Reach
from dihya_securite.service import Directory

URL = "/api/v1/securite"
PEOPLE = {"securite:people", "securite:roles"}


@pytest.fixture
def houseful(place, add):
    """An application, an administrator with a key for people, another administrator, and a user."""
    app = place()
    ids = {name: add(app, f"{name}@example.org", role) for name, role in
           (("boss", "admin"), ("other", "admin"), ("plain", "user"))}  # fmt: skip
    return app, ids


def key_of(app, id, *scopes):
    """A key of an administrator as the headers of a request."""
    with app.act() as act:
        _, secret = act.get(Keys).create(Actor(id, "Boss", frozenset({"admin"})), "k", scopes)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("whom", ["boss", "other", "plain"])
def test_a_key_for_people_takes_over_nobody(houseful, whom):
    """A key that lacks what an account may do gets no password of it: not its owner's, an administrator's, a user's."""
    app, ids = houseful
    headers = key_of(app, ids["boss"], *PEOPLE)
    answer = app.client().post(f"{URL}/people/{ids[whom]}/password", headers=headers)
    assert answer.status_code == 403 and "one_time_password" not in answer.json


@pytest.mark.parametrize("whom", ["boss", "other"])
def test_a_key_for_people_closes_and_changes_no_account_above_its_scopes(houseful, whom):
    """Closing and giving roles stop at the key's own rights."""
    app, ids = houseful
    client, headers, url = app.client(), key_of(app, ids["boss"], *PEOPLE), f"{URL}/people/{ids[whom]}"
    assert client.patch(url, json={"active": False}, headers=headers).status_code == 403
    assert client.put(f"{url}/roles", json={"roles": ["user"]}, headers=headers).status_code == 403


def test_a_key_hands_over_no_role_and_no_account_that_may_more(houseful):
    """A new account, and roles for an account, would hold what the key lacks."""
    app, ids = houseful
    client, headers = app.client(), key_of(app, ids["boss"], *PEOPLE)
    for roles in (["admin"], []):
        body = {"email": "new@example.org", "roles": roles}
        assert client.post(f"{URL}/people", json=body, headers=headers).status_code == 403
    url = f"{URL}/people/{ids['plain']}/roles"
    assert client.put(url, json={"roles": ["admin"]}, headers=headers).status_code == 403


def test_a_key_that_holds_all_of_an_account_may_manage_it(houseful):
    """With all permissions of a user in its scopes, a key renews a user's password and adds users."""
    app, ids = houseful
    headers = key_of(app, ids["boss"], "securite:people", "securite:account", "securite:keys", "console:use")
    client = app.client()
    assert client.post(f"{URL}/people/{ids['plain']}/password", headers=headers).status_code == 200
    assert client.post(f"{URL}/people", json={"email": "new@example.org"}, headers=headers).status_code == 201
    assert client.patch(f"{URL}/people/{ids['plain']}", json={"active": False}, headers=headers).status_code == 200


def test_a_key_leaves_its_owners_credentials_alone(houseful):
    """It ends no sessions, changes no password and makes or removes no keys."""
    app, ids = houseful
    client, headers = app.client(), key_of(app, ids["boss"], "securite:account", "securite:keys")
    passwords = {"old_password": "quatre mots sans rapport", "password": "cinq autres mots sans rapport"}
    for answer in (
        client.delete(f"{URL}/me/sessions", headers=headers),
        client.post(f"{URL}/me/password", json=passwords, headers=headers),
        client.post(f"{URL}/keys", json={"title": "k", "scopes": ["securite:keys"]}, headers=headers),
        client.delete(f"{URL}/keys/{ids['boss']}", headers=headers),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "person-needed")


def test_nobody_resets_their_own_password(houseful):
    """A stolen session of an administrator cannot set a password without the current one."""
    app, ids = houseful
    boss = Actor(ids["boss"], "Boss", frozenset({"admin"}))
    with app.act(actor=boss) as act:
        with pytest.raises(Refused) as caught:
            act.get(Directory).reset_password(boss, ids["boss"])
        assert caught.value.code == "own-password"
        assert act.get(Directory).reset_password(boss, ids["other"])


def test_the_operator_reaches_everything(houseful):
    """Whoever runs commands on the machine can help the last administrator."""
    app, ids = houseful
    with app.act() as act:
        for id in ids.values():
            act.get(Reach).demand_credential(OPERATOR, act.get(Directory).get(id))
