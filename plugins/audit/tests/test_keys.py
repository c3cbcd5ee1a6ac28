"""The signing key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from dihya_audit.keys import NoKey, create, signer
from dihya_hookspecs import DihyaError


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    """The second call finds the first one's key; the file is closed to everybody else, and no draft stays."""
    first = create(tmp_path / "keys")
    assert str(create(tmp_path / "keys")) == str(signer(tmp_path / "keys")) == str(first)
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.name.startswith("dihya-audit/")


def test_two_that_start_together_use_one_key(tmp_path):
    """Whoever loses the race takes the winner's key."""
    with ThreadPoolExecutor(8) as pool:
        found = {str(key) for key in pool.map(lambda _: create(tmp_path / "keys"), range(8))}
    assert len(found) == 1


def test_a_log_keeps_its_name(tmp_path):
    """Another origin than the key's is an error, not a new log."""
    create(tmp_path, "first")
    assert signer(tmp_path, "first").name == "first"
    with pytest.raises(DihyaError, match="keeps its name"):
        signer(tmp_path, "second")


def test_a_damaged_key_is_named(tmp_path):
    """A damaged file is an error that names it, and is not replaced."""
    (tmp_path / "audit.key").write_text("PRIVATE+KEY+x+00000000+AAAA")
    with pytest.raises(DihyaError, match="damaged"):
        signer(tmp_path)
    assert (tmp_path / "audit.key").read_text() == "PRIVATE+KEY+x+00000000+AAAA"


def test_no_key_is_made_by_asking_for_it(tmp_path):
    """Where there is no key, asking for it is an error that names the file."""
    with pytest.raises(NoKey, match="audit.key"):
        signer(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()
