"""Who was recognised a moment ago; what is revoked counts at once here and within a second elsewhere."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.data import Database
from dihya_securite.keys import Keys
from dihya_securite.recent import Identity, IdentityCache
from dihya_securite.service import Directory
from dihya_securite.tokens import Tokens
from sqlalchemy import event

URL = "/api/v1/securite/me"
TIN = Identity(Actor("1", "Tin"))


@pytest.fixture
def clock():
    """A clock that stands until it is moved."""
    return type("Clock", (), {"time": 1000.0, "__call__": lambda self: self.time})()


def test_a_credential_is_remembered_for_half_a_second(clock):
    """A credential's digest is kept for half a second; then, or when the clock jumps back, the database is asked."""
    recent = IdentityCache(clock)
    recent.put("secret", TIN, recent.epoch)
    assert recent.get("secret") is TIN and recent.get("other") is None and "secret" not in repr(vars(recent))
    clock.time += 0.49
    assert recent.get("secret") is TIN
    clock.time += 0.02
    assert recent.get("secret") is None
    clock.time -= 5
    assert recent.get("secret") is None


def test_a_credential_is_not_remembered_beyond_its_end(clock):
    """A token that ends within the half second ends in time."""
    recent = IdentityCache(clock)
    recent.put("secret", Identity(TIN.actor, ends=1000.1), recent.epoch)
    clock.time += 0.1
    assert recent.get("secret") is None


def test_what_was_looked_up_before_a_revocation_is_not_remembered_after_it(clock):
    """A request that read the old state while another one revoked leaves nothing behind."""
    recent = IdentityCache(clock)
    epoch = recent.epoch
    recent.forget()
    recent.put("secret", TIN, epoch)
    assert recent.get("secret") is None


def test_the_memory_is_bounded(clock):
    """Many credentials push each other out."""
    recent = IdentityCache(clock)
    for number in range(recent.MOST + 1):
        recent.put(str(number), TIN, recent.epoch)
    assert len(recent._known) == 1


@pytest.fixture
def both(place, add):
    """An application and, on the same database and folder, a second one as another process would be; somebody with token and key."""
    first = place("db", "migrations")
    id = add(first, "tin@example.org", "admin")
    add(first, "other@example.org", "admin")
    with first.act() as act:
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
        token = act.get(Tokens).issue(act.get(Directory).get(id)).access_token
        _, key = act.get(Keys).create(Actor(id, "Tin", frozenset({"admin"})), "k", ["securite:account"])
    return first, id, url, {"token": token, "key": key}


def status(app, credential):
    """What the API answers to a credential."""
    return app.client().get(URL, headers={"Authorization": f"Bearer {credential}"}).status_code


@pytest.mark.parametrize("kind", ["token", "key"])
def test_what_is_revoked_counts_at_once(both, kind):
    """The request after the commit is refused in the same process, although the credential was just seen."""
    app, id, _, credentials = both
    assert status(app, credentials[kind]) == 200
    with app.act() as act:
        act.get(Directory).set_active(OPERATOR, id, False)
    assert status(app, credentials[kind]) == 401


def test_a_revocation_that_is_undone_revokes_nothing(both):
    """An act that fails after the revocation leaves the credential as it was."""
    app, id, _, credentials = both
    with pytest.raises(RuntimeError), app.act() as act:
        act.get(Directory).set_active(OPERATOR, id, False)
        raise RuntimeError
    assert status(app, credentials["token"]) == 200


def test_a_credential_that_was_just_seen_costs_no_statement(both):
    """The first request asks with one statement, the next one with none."""
    app, _, _, credentials = both
    with app.act() as act:
        engine = act.get(Database).engine
    said = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: said.append(statement))
    headers = {"Authorization": f"Bearer {credentials['token']}"}
    clock = [1000.0]
    with app.act() as act:
        recent = act.get(IdentityCache)
    recent._clock = lambda: clock[0]
    app.client().get("/api/v1/securite/keys/nothing", headers=headers)
    first = [one for one in said if "securite_token_families" in one]
    assert len(first) == 1
    said.clear()
    app.client().get("/api/v1/securite/keys/nothing", headers=headers)
    assert not [one for one in said if "securite_" in one]
