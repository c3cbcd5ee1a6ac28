"""The key of the installation."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_rgpd.signing import Seal, opened


def test_a_signed_text_opens_with_its_key_only(tmp_path):
    """The note opens with the installation's key; another key, another text and another name are refused."""
    seal, other = Seal(tmp_path / "a"), Seal(tmp_path / "b")
    note = seal.sign("one\ntwo\n")
    assert opened(note, seal.verifier) == "one\ntwo\n"
    for bad in (note.replace("two", "six"), f"{note} ", note[:-3], "", note.replace("— dihya", "— other")):
        with pytest.raises(ValueError):
            opened(bad, seal.verifier)
    with pytest.raises(ValueError, match="another key"):
        opened(note, other.verifier)
    with pytest.raises(ValueError, match="verifier key"):
        opened(note, "nonsense")


def test_the_key_stays_and_is_closed(tmp_path):
    """The same key is found again; only its owner may read it; digests differ from key to key."""
    first = Seal(tmp_path)
    assert Seal(tmp_path).verifier == first.verifier
    assert (tmp_path / "rgpd.key").stat().st_mode & 0o777 == 0o600
    assert first.digest("x") == Seal(tmp_path).digest("x") != Seal(tmp_path / "other").digest("x")


def test_a_damaged_key_is_named(tmp_path):
    """A damaged key file is an error, and is not replaced."""
    (tmp_path / "rgpd.key").write_text("short")
    with pytest.raises(DihyaError, match="damaged"):
        Seal(tmp_path)
