"""Hashing of passwords and which ones are refused."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack

import pytest
from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY
from dihya_hookspecs import DihyaError
from dihya_securite import passwords
from dihya_securite.passwords import Passwords, one_time
from dihya_securite.settings import Settings
from dihya_securite.strength import demand_good

QUICK = Settings(argon2_time=1, argon2_memory=64)


def test_the_library_computes_argon2id():
    """A known answer: the vector t=2, m=65536, p=1 of the reference implementation's test suite."""
    found = hash_secret_raw(
        b"password", b"somesalt", time_cost=2, memory_cost=65536, parallelism=1, hash_len=32, type=Type.ID, version=19
    )
    assert found.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_the_defaults_are_argon2id_within_the_recommended_range():
    """The default hash says Argon2id with 46 MiB, two passes, one lane."""
    hashed = Passwords(Settings()).hash("quatre mots sans rapport")
    assert hashed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert RFC_9106_LOW_MEMORY.type is Type.ID


def test_a_password_matches_its_own_hash_only():
    """The right password matches, another does not, nobody's never does, a broken hash does not."""
    hashes = Passwords(QUICK)
    hashed = hashes.hash("quatre mots sans rapport")
    assert hashes.matches(hashed, "quatre mots sans rapport")
    assert not hashes.matches(hashed, "quatre mots sans rapports")
    assert not hashes.matches(None, "quatre mots sans rapport")
    assert not hashes.matches("not a hash", "quatre mots sans rapport")
    assert not hashes.matches(hashed, "x" * 1_000_000)


def test_the_same_letters_match_however_they_were_typed():
    """Composed and decomposed accents are one password."""
    hashes = Passwords(QUICK)
    assert hashes.matches(hashes.hash("caf\u00e9 noir et serré"), "cafe\u0301 noir et serré")


def test_a_hash_with_other_parameters_is_outdated():
    """Changed parameters are noticed, so that the password is hashed again at the next sign-in."""
    old = Passwords(QUICK).hash("quatre mots sans rapport")
    assert Passwords(Settings(argon2_time=2, argon2_memory=64)).outdated(old)
    assert not Passwords(QUICK).outdated(old)


def test_an_unknown_person_costs_as_much_as_a_known_one(monkeypatch):
    """For nobody (None) the same Argon2id computation is done as for somebody."""
    hashes, seen = Passwords(QUICK), []
    verify = hashes._hasher.verify
    monkeypatch.setattr(
        hashes, "_hasher", type("Counting", (), {"verify": lambda self, *a: seen.append(a) or verify(*a)})()
    )
    hashes.matches(None, "quatre mots sans rapport")
    assert len(seen) == 1 and seen[0][0].startswith("$argon2id$")


def test_sign_ins_cannot_exhaust_the_machine(monkeypatch):
    """While all slots are taken, the next one is sent away with 503 and Retry-After."""
    monkeypatch.setattr(passwords, "_WAIT", 0.01)
    hashes = Passwords(Settings(argon2_time=1, argon2_memory=64, argon2_slots=1))
    inside, leave = threading.Event(), threading.Event()

    def occupy() -> None:
        hashes._run(lambda: inside.set() or leave.wait(5))

    thread = threading.Thread(target=occupy)
    thread.start()
    inside.wait(5)
    with pytest.raises(DihyaError) as caught:
        hashes.hash("quatre mots sans rapport")
    leave.set()
    thread.join()
    assert caught.value.status == 503 and caught.value.headers["Retry-After"]
    assert hashes.hash("quatre mots sans rapport")


def test_those_who_wait_for_a_hash_leave_threads_to_others():
    """There are so many places for each slot; the next one is sent away at once."""
    assert Passwords(Settings(argon2_slots=2)).places.most == 2 * (1 + passwords._QUEUE)
    hashes = Passwords(Settings(argon2_time=1, argon2_memory=64, argon2_slots=1))
    with ExitStack() as stack:
        for _ in range(1 + passwords._QUEUE):
            stack.enter_context(hashes.places.take(known=True))
        with pytest.raises(DihyaError) as caught:
            hashes.hash("quatre mots sans rapport")
    assert (caught.value.status, caught.value.code) == (503, "busy")


def test_one_time_passwords_are_good_and_never_the_same():
    """A one-time password passes the rules and is random."""
    made = {one_time() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        demand_good(password)


def test_half_a_character_is_no_failure():
    """Text that JSON can carry and UTF-8 cannot is hashed and compared like any other wrong password."""
    passwords = Passwords(QUICK)
    hashed = passwords.hash("quatre mots sans rapport")
    assert not passwords.matches(hashed, "quatre mots \ud800")
    assert not passwords.matches(None, "\ud800")
    assert passwords.hash("quatre mots \ud800")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a thread a priority of its own")
def test_hashing_gives_way_to_everything_else():
    """A flood of sign-ins takes the processor's spare time; whoever asked keeps the priority it had."""
    hashes = Passwords(Settings(argon2_time=1, argon2_memory=64, argon2_slots=1))
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    inside = hashes._run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert inside >= passwords._NICE and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
