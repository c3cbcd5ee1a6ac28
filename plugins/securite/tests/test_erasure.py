"""Nobody erases the last administrator, nor somebody above their own level."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256

import pytest
from dihya_hookspecs.access import OPERATOR, SYSTEM, Actor
from dihya_hookspecs.rgpd import People, Subject
from dihya_securite.models import Person
from sqlalchemy import select


@pytest.fixture
def app(place, add):
    """An application with two administrators, a data protection officer and a user; ``ids`` by name."""
    app = place("rgpd")
    app.ids = {name: add(app, f"{name}@example.org", role) for name, role in PEOPLE.items()}
    return app


PEOPLE = {"ada": "admin", "ann": "admin", "dan": "dpo", "una": "user"}


def erase(app, actor, *names):
    with app.act("erase", actor=actor) as act:
        subjects = [Subject("securite_people", app.ids[name], "securite") for name in names]
        return act.get(People).fulfil(subjects)


def person(app, name, *scopes):
    roles = frozenset({PEOPLE[name]})
    return Actor(app.ids[name], name, roles, "key", frozenset(scopes)) if scopes else Actor(app.ids[name], name, roles)


def left(app):
    with app.act("look") as act:
        return set(act.session.scalars(select(Person.email).where(Person.active)))


@pytest.mark.parametrize("actor", [OPERATOR, SYSTEM, None])
def test_the_last_active_administrator_stays(app, actor):
    """One of two administrators can be erased, the last one cannot, whoever asks; receipt and answer say why."""
    who = actor or person(app, "ann")
    assert not [one for one in erase(app, who, "ada").erasures if one.refused]
    outcome = erase(app, who, "ann")
    (refused,) = [one for one in outcome.erasures if one.refused]
    assert not outcome.complete and "last active administrator" in refused.reason
    assert [(part.plugin, part.reason) for part in outcome.failed] == [("securite", refused.reason)]
    assert "ann@example.org" in left(app) and "ada@example.org" not in left(app)
    with app.act("look") as act:
        row = act.get(People).receipts.recent()[0]
        assert row.state == "incomplete" and row.result["missing"] == ["securite"]


def test_one_demand_about_every_administrator_leaves_one(app):
    """Two administrators in one demand are not both erased because each saw the other."""
    outcome = erase(app, OPERATOR, "ada", "ann")
    assert len([one for one in outcome.erasures if one.refused]) == 1
    assert len(left(app) & {"ada@example.org", "ann@example.org"}) == 1


@pytest.mark.parametrize("name", ["ada", "ann"])
def test_a_data_protection_officer_erases_no_administrator(app, name):
    """Without the right to give roles, an account with a role above user stays."""
    outcome = erase(app, person(app, "dan"), name)
    assert [part.plugin for part in outcome.failed] == ["securite"] and f"{name}@example.org" in left(app)


@pytest.mark.parametrize("name", ["ada", "ann"])
def test_a_key_of_an_administrator_that_may_only_erase_erases_no_administrator(app, name):
    """The scopes of a key count, not the roles of its owner, who is not erased by it either."""
    erase(app, person(app, "ada", "rgpd:erase"), name)
    assert f"{name}@example.org" in left(app)


def test_a_data_protection_officer_erases_users_and_themselves(app):
    """Accounts without a role above user, and one's own, are erased."""
    assert erase(app, person(app, "dan"), "una").complete
    assert erase(app, person(app, "dan"), "dan").complete
    assert left(app) == {"ada@example.org", "ann@example.org"}


def test_subjects_of_other_tables_are_not_asked_for(app):
    """A member of a club, and a key that is none, concern no account."""
    for subject in (Subject("club_members", app.ids["ada"], "club"), Subject("securite_people", "no key", "securite")):
        with app.act("erase", actor=OPERATOR) as act:
            assert not [one for one in act.get(People).fulfil([subject]).erasures if one.refused]
    assert len(left(app)) == 4


def test_an_export_holds_no_credential(app, sign_in):
    """A person's sessions are in their export with their times, and neither cookie nor digest of it is."""
    browser = sign_in(app, "una@example.org")
    (cookie,) = {found.value for found in browser._cookies.values() if found.key == "dihya"}
    with app.act("export", actor=OPERATOR) as act:
        data = act.get(People).export([Subject("securite_people", app.ids["una"], "securite")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "seen_at" in files["data/securite/securite_sessions.jsonl"]
    for name, text in files.items():
        assert cookie not in text and sha256(cookie.encode()).hexdigest() not in text, name
