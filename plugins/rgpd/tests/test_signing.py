"""The key of the installation."""

from __future__ import annotations

import pytest
from dihya_keys.service import FileKeys
from dihya_rgpd.signing import Seal, opened


def test_a_signed_text_opens_with_its_key_only(tmp_path):
    """The note opens with the installation's key; another key, another text and another name are refused."""
    seal, other = Seal(FileKeys(tmp_path / "a")), Seal(FileKeys(tmp_path / "b"))
    note = seal.sign("one\ntwo\n")
    assert opened(note, seal.verifier) == "one\ntwo\n"
    for bad in (note.replace("two", "six"), f"{note} ", note[:-3], "", note.replace("— dihya", "— other")):
        with pytest.raises(ValueError):
            opened(bad, seal.verifier)
    with pytest.raises(ValueError, match="another key"):
        opened(note, other.verifier)
    with pytest.raises(ValueError, match="verifier key"):
        opened(note, "nonsense")


def test_the_key_stays(tmp_path):
    """The same key is found again; digests differ from key to key."""
    first = Seal(FileKeys(tmp_path))
    assert Seal(FileKeys(tmp_path)).verifier == first.verifier
    assert first.digest("x") == Seal(FileKeys(tmp_path)).digest("x") != Seal(FileKeys(tmp_path / "other")).digest("x")
