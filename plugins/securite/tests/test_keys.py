"""API keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from dihya_hookspecs import Invalid, NotFound, Refused
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_securite.keys import Keys, own_id
from dihya_securite.models import ApiKey, now
from dihya_securite.service import Directory
from sqlalchemy import select


@pytest.fixture
def tin(place, add):
    """An application and somebody in it."""
    app = place()
    add(app, "admin@example.org", "admin")
    return app, Actor(add(app, "tin@example.org"), "Tin", frozenset({"user"}))


def test_a_key_acts_for_its_person_within_its_scopes(tin):
    """The key opens what it is scoped for, and nothing else that its person may do."""
    app, actor = tin
    with app.act() as act:
        _, secret = act.get(Keys).create(actor, "script", ["securite:account"])
    headers = {"Authorization": f"Bearer {secret}"}
    me = app.client().get("/api/v1/securite/me", headers=headers)
    assert me.status_code == 200 and me.json["id"] == actor.id and me.json["kind"] == "key"
    refused = app.client().get("/api/v1/securite/keys", headers=headers)
    assert refused.status_code == 403 and refused.json["code"] == "scope"


def test_only_a_digest_is_stored(tin):
    """The row holds the beginning, for people to tell keys apart, and a SHA-256."""
    app, actor = tin
    with app.act() as act:
        row, secret = act.get(Keys).create(actor, "script", ["securite:account"])
    with app.act() as act:
        row = act.session.scalar(select(ApiKey))
    assert secret.startswith("dhk_") and secret.startswith(row.prefix) and len(row.prefix) == 12
    assert secret not in repr(vars(row)) and len(row.digest) == 64


@pytest.mark.parametrize(
    ("title", "scopes"),
    [
        ("", ["securite:account"]),
        ("x" * 121, ["securite:account"]),
        ("k", []),
        ("k", ["securite:roles"]),
        ("k", ["no:such"]),
    ],
)
def test_keys_with_flaws_are_refused(tin, title, scopes):
    """Without title, without scope, or with a scope that its person does not hold, there is no key."""
    app, actor = tin
    with app.act() as act, pytest.raises(Invalid):
        act.get(Keys).create(actor, title, scopes)


def test_a_key_cannot_create_keys(tin):
    """A key that could create keys would outlive its end."""
    app, actor = tin
    with app.act() as act:
        _, secret = act.get(Keys).create(actor, "script", ["securite:keys"])
    answer = app.client().post(
        "/api/v1/securite/keys", json={"title": "more", "scopes": ["securite:keys"]},
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert answer.status_code == 403 and answer.json["code"] == "person-needed"


def test_a_key_ends(tin):
    """With its time, and for good when its person's account is closed, opened again or not."""
    app, actor = tin
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        with app.act() as act:
            keys = act.get(Keys)
            with pytest.raises(Invalid):
                keys.create(actor, "k", ["securite:account"], now() - timedelta(days=1))
            _, brief = keys.create(actor, "k", ["securite:account"], now() + timedelta(days=1))
            _, lasting = keys.create(actor, "k", ["securite:account"])
        clock.shift(86401)
        with app.act() as act:
            assert act.get(Keys).known(lasting).actor.kind == "key"
            with pytest.raises(Refused):
                act.get(Keys).known(brief)
        with app.act() as act:
            act.get(Directory).set_active(OPERATOR, actor.id, False)
        with app.act() as act, pytest.raises(Refused):
            act.get(Keys).known(lasting)
        with app.act() as act:
            act.get(Directory).set_active(OPERATOR, actor.id, True)
        with app.act() as act, pytest.raises(Refused):
            act.get(Keys).known(lasting)


def test_nobody_removes_or_sees_the_keys_of_others(tin):
    """Somebody else's key is not found, not even by an administrator."""
    app, actor = tin
    with app.act() as act:
        row, _ = act.get(Keys).create(actor, "k", ["securite:account"])
        admin = act.get(Directory).by_email("admin@example.org")
        other = Actor(str(admin.id), "Admin", frozenset({"admin"}))
        assert list(act.get(Keys).of(other)) == []
        with pytest.raises(NotFound):
            act.get(Keys).remove(other, row.id)


def test_roles_that_are_lost_are_lost_for_keys_too(place, add):
    """A key holds the scopes only as long as its person holds the permission."""
    app = place()
    add(app, "admin@example.org", "admin")
    id = add(app, "tin@example.org", "admin")
    with app.act() as act:
        _, secret = act.get(Keys).create(Actor(id, "Tin", frozenset({"admin"})), "k", ["securite:people"])
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.client().get("/api/v1/securite/people", headers=headers).status_code == 200
    with app.act() as act:
        act.get(Directory).change_roles(OPERATOR, id, ["user"])
    assert app.client().get("/api/v1/securite/people", headers=headers).status_code == 403


@pytest.mark.parametrize("secret", ["dhk_", "dhk_00000000_x", "dhk_" + "x" * 5000, "dhk_é"])
def test_unknown_keys_are_refused(tin, secret):
    """Whatever is no key of ours gets 401."""
    answer = tin[0].client().get("/api/v1/securite/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401 and answer.json["code"] == "bad-credential"


def test_the_operator_has_no_account(tin):
    """Who runs commands on the machine is no person of the application."""
    with pytest.raises(Refused):
        own_id(OPERATOR)


def test_control_characters_are_left_out_of_titles(tin):
    """A title is one line of text that every engine takes."""
    app, actor = tin
    with app.act() as act:
        assert act.get(Keys).create(actor, "my\0 new\nscript", ["securite:account"])[0].title == "my new script"


def test_every_key_has_an_end(tin):
    """Without one it ends after ``key_days``; a later one is refused."""
    app, actor = tin
    with app.act() as act:
        keys = act.get(Keys)
        row, _ = keys.create(actor, "k", ["securite:account"])
        assert timedelta(days=364) < row.expires_at - now() <= timedelta(days=365)
        with pytest.raises(Invalid, match="at the latest"):
            keys.create(actor, "k", ["securite:account"], now() + timedelta(days=400))


def test_a_new_password_of_ones_own_ends_the_keys(tin):
    """Whoever knew the old password may have made a key with it."""
    app, actor = tin
    with app.act() as act:
        _, secret = act.get(Keys).create(actor, "k", ["securite:account"])
    with app.act() as act:
        act.get(Directory).choose_password(actor.id, "quatre autres mots ici")
    with app.act() as act, pytest.raises(Refused):
        act.get(Keys).known(secret)


def test_a_key_is_removed_by_its_person_and_by_no_key(tin):
    """Removing ends it at once; a key removes none."""
    app, actor = tin
    with app.act() as act:
        row, secret = act.get(Keys).create(actor, "k", ["securite:keys"])
        known = act.get(Keys).known(secret).actor
        with pytest.raises(Refused, match="key changes nothing"):
            act.get(Keys).remove(known, row.id)
        act.get(Keys).remove(actor, row.id)
    with app.act() as act, pytest.raises(Refused):
        act.get(Keys).known(secret)
