"""Delays after failed sign-ins."""

from __future__ import annotations

import pytest
import time_machine
from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import Acts
from dihya_keys.service import FileKeys
from dihya_securite.lockout import Lockout, SignInThrottle, forget_in_time, network
from dihya_securite.models import Failure
from dihya_securite.secret import Secret
from dihya_securite.settings import Settings
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session


@pytest.fixture
def lockout(tmp_path):
    """A lockout over an empty database: delays begin after three failures."""
    engine = create_engine("sqlite://")
    Failure.__table__.create(engine)
    with Session(engine) as session:
        yield Lockout(session, Secret(FileKeys(tmp_path)), Settings(lockout=3, lockout_max=60))
    engine.dispose()


def test_delays_begin_after_the_allowed_failures_and_double(lockout):
    """Two failures are free; from the third on the wait is 1, 2, 4 … seconds up to the maximum."""
    waits = []
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        for _ in range(12):
            try:
                lockout.demand("key")
                waits.append(0)
            except DihyaError as error:
                assert error.status == 429
                waits.append(int(error.headers["Retry-After"]) - 1)
                clock.shift(waits[-1] + 1)
            lockout.failed("key")
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_after_the_delay_the_next_attempt_is_let_through(lockout):
    """The wait ends by itself; nothing stays locked."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        for _ in range(4):
            lockout.failed("key")
        with pytest.raises(DihyaError):
            lockout.demand("key")
        clock.shift(3)
        lockout.demand("key")


def test_success_forgets_the_failures(lockout):
    """After the right password the count starts again."""
    for _ in range(5):
        lockout.failed("key")
    lockout.succeeded("key")
    lockout.demand("key")


def test_who_guesses_elsewhere_does_not_delay_the_owner(lockout):
    """Account and network make the key: the same account from another network, and the other way round, is free."""
    thief, owner = lockout.key("tin@example.org", "203.0.113.7"), lockout.key("tin@example.org", "198.51.100.1")
    for _ in range(50):
        lockout.failed(thief)
    lockout.demand(owner)
    lockout.demand(lockout.key("other@example.org", "203.0.113.7"))
    assert lockout.key("tin@example.org", "203.0.113.99") == thief


def test_failures_are_forgotten_after_a_day(lockout):
    """Old rows go when new ones come."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        lockout.failed("old")
        clock.shift(86401)
        lockout.failed("new")
    assert lockout._session.scalar(select(func.count()).select_from(Failure)) == 1


def test_one_attempt_at_a_time_on_one_account():
    """A second attempt while the first is checked gets 429, so that parallel guesses are not free."""
    turnstile = SignInThrottle()
    with turnstile.attempt("key"):
        with turnstile.attempt("other"):
            pass
        with pytest.raises(DihyaError) as caught, turnstile.attempt("key"):
            pass
        assert caught.value.status == 429
    with turnstile.attempt("key"):
        pass


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unix:", "-"),
        (None, "-"),
    ],
)
def test_networks(address, expected):
    """An address counts as its /24 or /48."""
    assert network(address) == expected


def test_counts_of_yesterday_go_although_nobody_fails_any_more(place, sign_in):
    """The recurring work leaves a count of today, and removes it when a day has passed."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        app = place()
        sign_in(app, "nobody@example.org", "wrong")
        left = []
        for hours in (23, 2):
            clock.shift(hours * 3600)
            with app.act("look") as act:
                acts = act.get(Acts)
            forget_in_time(acts)
            with app.act("count") as act:
                left.append(act.session.scalar(select(func.count()).select_from(Failure)))
        assert left == [1, 0]
