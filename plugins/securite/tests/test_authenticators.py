"""Codes from an app, and recovery codes: whose they are, and that none works twice."""

from __future__ import annotations

import threading

import pyotp
import pytest
import time_machine
from dihya_hookspecs import DihyaError, Invalid, NotFound, Refused
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_securite.authenticators import STEP, Authenticators, step_of
from dihya_securite.models import Authenticator, RecoveryCode
from dihya_securite.service import Directory
from dihya_securite.sessions import Sessions
from sqlalchemy import select

RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of the published vectors: the letters 12345678901234567890, in Base32."""


@pytest.fixture
def clock():
    """A moment at which a half minute begins."""
    with time_machine.travel("2026-06-01T00:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def app(place, add):
    """An application with two people."""
    app = place()
    add(app, "tin@example.org")
    add(app, "ann@example.org")
    return app


def me(act, email="tin@example.org"):
    """Return somebody, and who acts for them."""
    person = act.get(Directory).by_email(email)
    return person, Actor(str(person.id), person.name, frozenset(person.roles))


def set_up(app, email="tin@example.org", title=""):
    """Set an app up; return it, and the recovery codes."""
    with app.act() as act:
        person, actor = me(act, email)
        offer = act.get(Authenticators).offer(person, "dihya.example")
        totp = pyotp.parse_uri(offer.uri)
        codes = act.get(Authenticators).add(actor, offer, totp.now(), title)
    return totp, codes


def proves(app, code, email="tin@example.org"):
    """Tell whether *code* opens somebody's account now."""
    with app.act() as act:
        return act.get(Authenticators).proves(me(act, email)[0], code)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_the_published_codes_are_taken_at_their_time(seconds, code):
    """The vectors of RFC 6238, appendix B, for SHA-1, in six digits."""
    with time_machine.travel(seconds, tick=False):
        assert step_of(RFC_6238, code) == seconds // STEP


@pytest.mark.parametrize(("drift", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(clock, drift, taken):
    """The code before and the one after the present one are taken, and no others."""
    code = pyotp.TOTP(RFC_6238).generate_otp(1780272000 // STEP + drift // STEP)
    assert (step_of(RFC_6238, code) is not None) is taken


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5", "\0" * 6, "-12345"])
def test_what_is_no_code_is_not_taken(nonsense):
    """Six digits of ASCII are a code, and nothing else."""
    assert step_of(RFC_6238, nonsense) is None


def test_an_app_is_set_up_with_a_code_that_it_shows(app, clock):
    """Its secret is stored sealed, the account asks for codes from then on, and recovery codes are given once."""
    totp, codes = set_up(app, title="My telephone")
    assert len(codes) == len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    with app.act() as act:
        person, _ = me(act)
        row = act.get(Authenticators).of(person.id)[0]
        assert person.second_factor and row.title == "My telephone"
        assert totp.secret not in row.secret
        stored = act.session.scalars(select(RecoveryCode.digest)).all()
        assert not set(codes) & set(stored)


def test_the_address_for_the_app_names_host_and_person(app):
    """The address for the app names host and person, so that one with several accounts finds the right one."""
    with app.act() as act:
        totp = pyotp.parse_uri(act.get(Authenticators).offer(me(act)[0], "dihya.example").uri)
    assert (totp.issuer, totp.name) == ("dihya.example", "tin@example.org")


def test_an_app_with_another_code_is_not_set_up(app, clock):
    """Whoever types a wrong code is told so, and nothing changes."""
    with app.act() as act:
        person, actor = me(act)
        apps = act.get(Authenticators)
        with pytest.raises(Invalid, match="clock"):
            apps.add(actor, apps.offer(person, "x"), "000000")
        assert not person.second_factor and not apps.of(person.id)


def test_an_offer_holds_for_its_person_and_an_hour(app, clock):
    """Neither somebody else's nor an old one is accepted, nor what we never made."""
    with app.act() as act:
        apps, (tin, _), (ann, _) = act.get(Authenticators), me(act), me(act, "ann@example.org")
        sealed = apps.offer(tin, "x").sealed
        assert apps.accepted(tin, sealed, "x").secret
        assert apps.accepted(ann, sealed, "x") is None and apps.accepted(tin, "nonsense", "x") is None
        clock.shift(3600)
        assert apps.accepted(tin, sealed, "x") is None


def test_the_code_that_set_an_app_up_opens_nothing(app, clock):
    """It was shown to us already; the next one does, once."""
    totp, _ = set_up(app)
    assert not proves(app, totp.now())
    clock.shift(STEP)
    assert proves(app, totp.now()) and not proves(app, totp.now())


def test_a_code_before_one_that_was_used_opens_nothing(app, clock):
    """Whoever read it over a shoulder comes too late."""
    totp, _ = set_up(app)
    clock.shift(2 * STEP)
    earlier = totp.at(1780272000 + STEP)
    assert proves(app, totp.now()) and not proves(app, earlier)


def test_one_code_opens_one_of_two_sign_ins_at_once(app, clock):
    """Also when both come at the same moment."""
    totp, _ = set_up(app)
    clock.shift(STEP)
    code, found, start = totp.now(), [], threading.Barrier(2)

    def sign_in():
        start.wait()
        try:
            found.append(proves(app, code))
        except DihyaError as error:
            found.append(error.status == 429 and None)

    threads = [threading.Thread(target=sign_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(True) == 1


def test_somebody_elses_code_opens_nothing(app, clock):
    """Somebody else's code opens nothing, and neither does their recovery code."""
    totp, codes = set_up(app)
    set_up(app, "ann@example.org")
    clock.shift(STEP)
    assert not proves(app, totp.now(), "ann@example.org") and not proves(app, codes[0], "ann@example.org")
    assert proves(app, codes[0])


def test_a_recovery_code_works_once_however_it_is_typed(app, clock):
    """Capitals, dashes and spaces do not count."""
    _, codes = set_up(app)
    assert proves(app, codes[0].upper().replace("-", " ")) and not proves(app, codes[0])
    with app.act() as act:
        assert act.get(Authenticators).codes_left(me(act)[0].id) == 9


def test_new_recovery_codes_replace_the_old_ones(app, clock):
    """An old one opens nothing, a new one does."""
    _, old = set_up(app)
    with app.act() as act:
        new = act.get(Authenticators).renew_codes(me(act)[1])
    assert not proves(app, old[0]) and proves(app, new[0])


def test_nobody_without_a_second_factor_gets_recovery_codes(app):
    """They would open nothing."""
    with app.act() as act, pytest.raises(Invalid, match="no second factor"):
        act.get(Authenticators).renew_codes(me(act)[1])


def test_guessing_codes_is_slowed_down_wherever_it_comes_from(app, clock):
    """Five wrong ones, then 429 with the time to wait; the right one counts again after that."""
    totp, _ = set_up(app)
    clock.shift(STEP)
    assert [proves(app, "000000") for _ in range(5)] == [False] * 5
    with pytest.raises(DihyaError) as error:
        proves(app, totp.now())
    assert error.value.status == 429 and error.value.headers["Retry-After"]
    clock.shift(STEP)
    assert proves(app, totp.now())


def test_a_second_app_keeps_the_recovery_codes(app, clock):
    """Both apps open the account, and so does a code that was given with the first."""
    first, codes = set_up(app)
    second, none = set_up(app, title="Tablet")
    clock.shift(STEP)
    assert none == [] and proves(app, first.now()) and proves(app, second.now()) and proves(app, codes[0])


def test_the_same_app_is_not_set_up_twice(app, clock):
    """Whoever sends the form twice is told."""
    with app.act() as act:
        person, actor = me(act)
        apps = act.get(Authenticators)
        offer = apps.offer(person, "x")
        code = pyotp.TOTP(offer.secret).now()
        apps.add(actor, offer, code)
        with pytest.raises(Invalid, match="already"):
            apps.add(actor, offer, code)


def test_the_account_takes_five_apps(app, clock):
    """The sixth is refused with the limit."""
    for _ in range(5):
        set_up(app)
    with pytest.raises(Invalid, match="5 apps"):
        set_up(app)


def test_with_the_last_app_the_recovery_codes_go(app, clock):
    """The password alone opens the account again; the log names what was done, and no code."""
    set_up(app)
    with app.act() as act:
        person, actor = me(act)
        apps = act.get(Authenticators)
        apps.remove(actor, str(apps.of(person.id)[0].id))
        assert not person.second_factor and apps.codes_left(person.id) == 0


def test_nobody_removes_somebody_elses_app(app, clock):
    """It is not found, like one that is gone."""
    set_up(app)
    with app.act() as act:
        apps = act.get(Authenticators)
        row = apps.of(me(act)[0].id)[0]
        with pytest.raises(NotFound):
            apps.remove(me(act, "ann@example.org")[1], str(row.id))


def test_a_key_changes_nothing_of_its_owners_second_factor(app, clock):
    """Neither does it set one up, nor remove one, nor make codes."""
    set_up(app)
    with app.act() as act:
        person, actor = me(act)
        program = Actor(actor.id, actor.name, actor.roles, "key", frozenset({"securite:account"}))
        apps = act.get(Authenticators)
        for forbidden in (
            lambda: apps.add(program, apps.offer(person, "x"), "000000"),
            lambda: apps.renew_codes(program),
            lambda: apps.remove(program, str(apps.of(person.id)[0].id)),
        ):
            with pytest.raises(Refused, match="sign in with the password"):
                forbidden()


def test_an_operator_takes_a_lost_second_factor_away(app, clock):
    """Apps, codes and sessions of the person go; a second time there is nothing to take."""
    set_up(app)
    with app.act(actor=OPERATOR) as act:
        person, _ = me(act)
        act.get(Sessions).begin(person)
        assert act.get(Authenticators).take_away(OPERATOR, person.id)
        assert not person.second_factor and not act.get(Sessions).of(person.id)
        assert not act.session.scalars(select(Authenticator)).all()
        assert not act.get(Authenticators).take_away(OPERATOR, person.id)


def test_nobody_takes_their_own_second_factor_away_as_an_administrator(place, add, clock):
    """A stolen session of an administrator disarms neither that account nor one above it."""
    app = place()
    add(app, "boss@example.org", "admin")
    add(app, "tin@example.org")
    set_up(app, "boss@example.org")
    with app.act() as act:
        boss, as_boss = me(act, "boss@example.org")
        for actor in (as_boss, me(act)[1]):
            with pytest.raises(Refused):
                act.get(Authenticators).take_away(actor, boss.id)


def test_a_restored_database_without_its_key_is_opened_by_recovery_codes(app, clock):
    """An app whose secret cannot be read any more is passed over."""
    totp, codes = set_up(app)
    with app.act() as act:
        act.get(Authenticators).of(me(act)[0].id)[0].secret = "unreadable"
    clock.shift(STEP)
    assert not proves(app, totp.now()) and proves(app, codes[0])
