"""The keys that sign tokens."""

from __future__ import annotations

import stat

import time_machine
from dihya_securite.keyring import KeyRing

DAY = 86400


def test_a_key_is_made_at_first_use_and_shared(tmp_path):
    """Two processes over one folder sign with the same key, whose file only the owner reads."""
    first = KeyRing(tmp_path / "tokens", 90, 30 * DAY)
    kid = first.signing().kid
    assert KeyRing(tmp_path / "tokens", 90, 30 * DAY).signing().kid == kid
    (file,) = (tmp_path / "tokens").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_old_key_is_replaced_and_kept_until_its_tokens_are_over(tmp_path):
    """After 90 days a new key signs; the old one verifies 30 days more, then its file is gone."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        ring = KeyRing(tmp_path, 90, 30 * DAY)
        old = ring.signing().kid
        clock.shift(91 * DAY)
        new = ring.signing().kid
        assert new != old and ring.verifying(old) is not None
        clock.shift(31 * DAY)
        assert ring.verifying(old) is None and ring.verifying(new) is not None
        assert len(list(tmp_path.glob("*.json"))) == 1


def test_rotation_takes_effect_at_once_and_in_other_processes(tmp_path):
    """A key made by hand signs at once; another ring finds it by the id in a token."""
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        here, there = KeyRing(tmp_path, 90, 30 * DAY), KeyRing(tmp_path, 90, 30 * DAY)
        there.signing()
        here.signing()
        kid = here.rotate()
        assert here.signing().kid == kid
        clock.shift(2)
        assert there.verifying(kid) is not None


def test_only_public_halves_are_published(tmp_path):
    """The JWK Set names key type, curve, use, algorithm and id, and no private half."""
    ring = KeyRing(tmp_path, 90, 30 * DAY)
    kid = ring.signing().kid
    (key,) = ring.public()["keys"]
    assert key["kid"] == kid and key["crv"] == "Ed25519" and key["use"] == "sig" and key["alg"] == "Ed25519"
    assert "d" not in key
