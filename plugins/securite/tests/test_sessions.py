"""Recognising people by password, and sessions."""

from __future__ import annotations

import pytest
import time_machine
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Database
from dihya_securite.models import Failure, SignIn
from dihya_securite.passwords import Passwords
from dihya_securite.service import Directory
from dihya_securite.sessions import Sessions, SignInService
from sqlalchemy import select

PASSWORD = "quatre mots sans rapport"


def recognised(app, email: str, password: str = PASSWORD, address: str = "203.0.113.7") -> bool:
    """Whether somebody is recognised, in an act of its own."""
    with app.act() as act:
        return act.get(SignInService).recognise(email, password, address) is not None


def begun(app, id: str) -> str:
    """The cookie of a new session."""
    with app.act() as act:
        return act.get(Sessions).begin(act.get(Directory).get(id))[0]


def known(app, cookie: str):
    """Who holds the cookie, in an act of its own."""
    with app.act() as act:
        return act.get(Sessions).known(cookie)


def test_people_are_recognised_by_address_and_password(place, add):
    """In any letters of the address, and not with another password, nor when the account is closed."""
    app = place()
    add(app, "admin@example.org", "admin")
    id = add(app, "tin@example.org")
    assert recognised(app, "TIN@example.org ") and not recognised(app, "tin@example.org", "another password")
    assert not recognised(app, "nobody@example.org")
    with app.act() as act:
        act.get(Directory).set_active(OPERATOR, id, False)
    assert not recognised(app, "tin@example.org")


def test_failures_are_kept_and_delay_known_and_unknown_people_alike(place, add):
    """The third attempt after two failures must wait, whether the person exists or not."""
    app = place(lockout=2)
    add(app, "tin@example.org")
    for email in ("tin@example.org", "nobody@example.org"):
        assert not recognised(app, email, "wrong") and not recognised(app, email, "wrong")
        with pytest.raises(DihyaError) as caught:
            recognised(app, email)
        assert caught.value.status == 429 and int(caught.value.headers["Retry-After"]) >= 1
    assert recognised(app, "tin@example.org", address="198.51.100.9")


def test_success_clears_the_failures(place, add):
    """After the right password nothing is left of the wrong ones."""
    app = place()
    add(app, "tin@example.org")
    recognised(app, "tin@example.org", "wrong")
    recognised(app, "tin@example.org")
    with app.act() as act:
        assert act.session.scalars(select(Failure)).all() == []


def test_the_hash_follows_the_settings(place, add, make_app, tmp_path):
    """A hash with old parameters is replaced at the next sign-in."""
    app = place()
    id = add(app, "tin@example.org")
    with app.act() as act:
        from argon2 import PasswordHasher

        act.get(Directory).get(id).password_hash = PasswordHasher(2, 128, 1).hash(PASSWORD)
    assert recognised(app, "tin@example.org")
    with app.act() as act:
        assert "m=64,t=1" in act.get(Directory).get(id).password_hash


def test_only_the_hash_of_a_cookie_is_stored(place, add):
    """Who reads the database cannot make the cookie."""
    app = place()
    cookie = begun(app, add(app, "tin@example.org"))
    with app.act() as act:
        row = act.session.scalar(select(SignIn))
    assert cookie not in (row.id,) and len(cookie) == 43 and len(row.id) == 64
    assert known(app, cookie).actor.session == row.id and known(app, row.id) is None


def test_sessions_end_unused_and_in_any_case(place, add):
    """After the idle minutes, and after the longest time even when used."""
    app = place(session_idle=60, session_max=3)
    id = add(app, "tin@example.org")
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        cookie = begun(app, id)
        for _ in range(5):
            clock.shift(35 * 60)
            assert known(app, cookie)
        clock.shift(10 * 60)
        assert known(app, cookie) is None
        cookie = begun(app, id)
        clock.shift(61 * 60)
        assert known(app, cookie) is None


def test_reading_does_not_write_each_time(place, add):
    """The time of last use is written at most every five minutes."""
    app = place()
    id = add(app, "tin@example.org")
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        cookie = begun(app, id)
        clock.shift(200)
        known(app, cookie)
        with app.act() as act:
            before = act.session.scalar(select(SignIn.seen_at))
        clock.shift(200)
        known(app, cookie)
        with app.act() as act:
            assert act.session.scalar(select(SignIn.seen_at)) > before


def test_a_session_can_be_ended(place, add):
    """After the end the cookie is nobody's; ending it twice does no harm."""
    app = place()
    cookie = begun(app, add(app, "tin@example.org"))
    session = known(app, cookie).actor.session
    for _ in range(2):
        with app.act() as act:
            act.get(Sessions).end(session)
    assert known(app, cookie) is None and [one.action for one in app.trail].count("securite.signed_out") == 1


def test_no_connection_is_held_while_a_password_is_hashed(place, add, monkeypatch):
    """Whoever waits for Argon2 leaves the connections of the database to others."""
    app = place("db", "migrations")
    add(app, "tin@example.org")
    with app.act() as act:
        engine, passwords = act.get(Database).engine, act.get(Passwords)
    seen, matches = [], passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: seen.append(engine.pool.checkedout()) or matches(*given))
    for password in ("wrong", PASSWORD):
        app.client().post("/api/v1/securite/tokens", json={"email": "tin@example.org", "password": password})
    assert seen == [0, 0]
