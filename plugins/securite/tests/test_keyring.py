"""The keys that sign tokens."""

from __future__ import annotations

import time
from datetime import timedelta

import time_machine
from dihya_keys.ledger import Ledger
from dihya_keys.models import Installation, KnownKey
from dihya_keys.service import FileKeys
from dihya_securite.keyring import KeyRing
from dihya_securite.private_keys import KEYS
from sqlalchemy import create_engine

DAY = 86400
MONTH = timedelta(days=30)


def machine(folder, clock=time.monotonic):
    """Return the keys of a machine on a database that it shares."""
    engine = create_engine(f"sqlite:///{folder / 'shared.db'}")
    KnownKey.metadata.create_all(engine, tables=[Installation.__table__, KnownKey.__table__])
    keys = FileKeys(folder / "keys", Ledger(lambda: engine), lambda: KEYS, clock)
    keys.ledger.add("securite.tokens", keys.create("securite.tokens"))
    return keys


def test_a_key_is_made_at_first_use_and_shared(tmp_path):
    """Two processes over one folder sign with the same key."""
    first = KeyRing(FileKeys(tmp_path), 30 * DAY)
    assert KeyRing(FileKeys(tmp_path), 30 * DAY).signing().id == first.signing().id


def test_a_replaced_key_is_accepted_until_its_tokens_are_over(tmp_path):
    """The new key signs; the old one verifies 30 days more, and is no longer published then."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        keys = machine(tmp_path)
        ring = KeyRing(keys, 30 * DAY)
        old = ring.signing().id
        keys.rotate("securite.tokens", keep=MONTH)
        new = ring.signing().id
        assert new != old and ring.verifying(old) is not None and len(ring.public()["keys"]) == 2
        clock.shift(31 * DAY)
        assert ring.verifying(old) is None and ring.verifying(new) is not None and len(ring.public()["keys"]) == 1


def test_a_key_of_another_machine_is_found_by_its_name(tmp_path):
    """A ring that has just looked finds what another one made, as soon as a token names it."""
    now = [0.0]
    here, there = machine(tmp_path), machine(tmp_path, lambda: now[0])
    ring = KeyRing(there, 30 * DAY)
    ring.verifying("unknown")
    id = here.rotate("securite.tokens", keep=MONTH).id
    now[0] += 2
    assert ring.verifying(id) is not None and ring.signing().id == id


def test_only_public_halves_are_published(tmp_path):
    """The JWK Set names key type, curve, use, algorithm and id, and no private half."""
    ring = KeyRing(FileKeys(tmp_path), 30 * DAY)
    (key,) = ring.public()["keys"]
    assert (
        key["kid"] == ring.signing().id and key["crv"] == "Ed25519" and key["use"] == "sig" and key["alg"] == "Ed25519"
    )
    assert "d" not in key
