"""The installation's own secret."""

from __future__ import annotations

import stat

import pytest
from dihya_securite.secret import Secret, write_private


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    """Two starts share one random key in a file with mode 0600; there is no default secret."""
    first, second = Secret(tmp_path / "keys"), Secret(tmp_path / "keys")
    assert first.mac("a", "text") == second.mac("a", "text")
    assert stat.S_IMODE((tmp_path / "keys" / "securite.key").stat().st_mode) == 0o600
    assert Secret(tmp_path / "elsewhere").mac("a", "text") != first.mac("a", "text")


def test_a_mac_is_worth_nothing_for_another_purpose(tmp_path):
    """What is made for one purpose differs from what is made for another."""
    secret = Secret(tmp_path)
    assert secret.mac("csrf", "text") != secret.mac("lockout", "text")


def test_a_damaged_key_is_named(tmp_path):
    """A key of the wrong length stops with the path and what to do."""
    (tmp_path / "securite.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"securite\.key must hold 32 bytes, got 5"):
        Secret(tmp_path)


def test_a_private_file_is_written_whole_or_not_at_all(tmp_path):
    """An existing file is kept when it must not be replaced, and no draft is left."""
    write_private(tmp_path / "a", b"1")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "a", b"2", replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_bytes() == b"1"
