"""``dihya access explain``."""

from __future__ import annotations

import json

import pytest
from dihya_hookspecs.access import OPERATOR
from dihya_securite.models import ApiKey, Person
from sqlalchemy import select


@pytest.fixture
def app(place):
    """An application with Tin, who administers, and Zoe, who has a key."""
    made = place()
    assert made.cli("people", "add", "tin@example.org", "--role", "admin").exit_code == 0
    assert made.cli("people", "add", "zoe@example.org").exit_code == 0
    return made


def test_it_says_which_role_opens_a_door_and_who_gives_it(app):
    """Yes with the role, no with the sentence that the person reads."""
    assert app.cli("access", "explain", "tin@example.org", "securite:people").stdout.splitlines() == [
        "yes: it comes with the role admin", "decided by: permission 'securite:people'",
    ]  # fmt: skip
    said = app.cli("access", "explain", "zoe@example.org", "securite:people").stdout
    assert said.startswith("no: you lack a right: ") and "Administrator, which an administrator can give you" in said
    said = json.loads(app.cli("access", "explain", "guest", "securite:account", "--json").stdout)
    assert (said["allowed"], said["code"], said["by"]) == (False, "sign-in", "permission 'securite:account'")


def test_it_says_which_rule_decided_about_a_record(app):
    """A key is its owner's, also for an administrator."""
    with app.act(actor=OPERATOR) as act:
        zoe = act.session.scalar(select(Person).where(Person.email == "zoe@example.org"))
        key = ApiKey(person_id=zoe.id, title="x", prefix="dhk_", digest="0" * 64, scopes=[], expires_at=zoe.created_at)
        act.session.add(key)
        act.session.flush()
        name = f"securite_keys:{key.id}"
    said = app.cli("access", "explain", "zoe@example.org", "securite:keys", name).stdout
    assert said.startswith("yes: ") and "the scope of securite_keys" in said
    said = app.cli("access", "explain", "tin@example.org", "securite:keys", name).stdout
    assert said.splitlines() == [
        "no: with this right you reach your own records, and this is not among them",
        "decided by: the scope of securite_keys",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("x@example.org", "securite:keys"), "nobody has this e-mail address"),
        (("zoe@example.org", "securite:keys", "securite_key:1"), "did you mean 'securite_keys'?"),
        (("zoe@example.org", "securite:keys", "securite_keys:1"), "no record '1'"),
    ],
)
def test_what_is_not_there_is_said(app, arguments, says):
    """Exit code 1 and a sentence."""
    result = app.cli("access", "explain", *arguments)
    assert result.exit_code == 1 and says in result.stderr


def test_a_permission_that_nobody_registers_is_refused(app):
    """In words, since the name may be misspelt."""
    assert "is not registered by any active plugin" in app.cli("access", "explain", "tin@example.org", "x:y").stdout
