"""The installation's own secret."""

from __future__ import annotations

from dihya_keys.service import FileKeys
from dihya_securite.secret import Secret


def test_the_secret_is_made_once(tmp_path):
    """Two starts share one random key; there is no default secret."""
    first, second = Secret(FileKeys(tmp_path / "keys")), Secret(FileKeys(tmp_path / "keys"))
    assert first.mac("a", "text") == second.mac("a", "text")
    assert Secret(FileKeys(tmp_path / "elsewhere")).mac("a", "text") != first.mac("a", "text")


def test_a_mac_is_worth_nothing_for_another_purpose(tmp_path):
    """What is made for one purpose differs from what is made for another."""
    secret = Secret(FileKeys(tmp_path))
    assert secret.mac("csrf", "text") != secret.mac("lockout", "text")
