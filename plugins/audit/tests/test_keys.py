"""The signing key."""

from __future__ import annotations

import pytest
from dihya_audit.keys import NoKey, create, sealing, signer
from dihya_hookspecs import DihyaError
from dihya_keys.service import FileKeys


def test_the_key_is_made_once_and_has_a_name_of_its_own(tmp_path):
    """The second call finds the first one's key; a log without a configured name gets one by lot."""
    keys = FileKeys(tmp_path)
    first = create(keys)
    assert create(keys).verifier == signer(keys).verifier == first.verifier
    assert first.name.startswith("dihya-audit/")


def test_a_log_keeps_its_name(tmp_path):
    """Another origin than the key's is an error, not a new log."""
    keys = FileKeys(tmp_path)
    create(keys, "first")
    assert signer(keys, "first").name == "first"
    with pytest.raises(DihyaError, match="keeps its name"):
        signer(keys, "second")


def test_no_key_is_made_by_asking_for_it(tmp_path):
    """Where there is no key, asking for it is an error that names it."""
    with pytest.raises(NoKey, match="no key 'audit'"):
        signer(FileKeys(tmp_path / "keys"))
    assert not (tmp_path / "keys").exists()


def test_the_seal_of_an_event_is_of_one_key(tmp_path):
    """The same envelope has another seal under another key."""
    here, there = (create(FileKeys(tmp_path / name), "test-log") for name in "ab")
    assert sealing(here)("{}") == sealing(here)("{}") != sealing(there)("{}")
