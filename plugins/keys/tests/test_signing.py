"""A key in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dihya_keys.signing import LocalSigner

# RFC 8032, 7.1, test 2
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_a_key_signs_as_the_rfc_says():
    """The seed, public half and signature of RFC 8032 belong together; another message or signature does not hold."""
    key = LocalSigner(SEED, "rfc", datetime.now(UTC))
    assert (key.public.hex(), key.sign(b"\x72").hex()) == (PUBLIC, SIGNATURE)
    assert key.verify(b"\x72", bytes.fromhex(SIGNATURE))
    assert not key.verify(b"\x73", bytes.fromhex(SIGNATURE)) and not key.verify(b"\x72", bytes(64))


def test_a_key_is_read_as_it_was_written():
    """Seed, label and age come back; the shown form tells no secret."""
    key = LocalSigner.create("dihya-x")
    read = LocalSigner.read(key.text())
    assert (read.id, read.label, read.made_at) == (key.id, "dihya-x", key.made_at)
    assert repr(key) == f"<LocalSigner dihya-x {key.id}>"


def test_every_mangled_key_is_refused():
    """No part of a key, and no key with one other byte, is accepted."""
    whole = LocalSigner.create("dihya-x").text().partition("\n")[0]
    when = "\n# made 2026-11-26T00:00:00+00:00\n"
    for start in range(len(whole)):
        for text in (
            whole[start + 1 :],
            whole[:start],
            whole[:start] + chr(ord(whole[start]) + 1) + whole[start + 1 :],
        ):
            with pytest.raises(ValueError, match="."):
                LocalSigner.read(text + when)
    with pytest.raises(ValueError, match="when it was made"):
        LocalSigner.read(whole)


def test_a_label_is_one_word():
    """A space or a plus sign would end it early in a signature."""
    for label in ("two words", "a+b", ""):
        with pytest.raises(ValueError, match="cannot name a key"):
            LocalSigner.create(label)


def test_a_secret_is_for_one_purpose():
    """Each purpose has its own, always the same, and none of another key."""
    key, other = LocalSigner.create("x"), LocalSigner.create("x")
    assert key.secret("a") == key.secret("a") and len(key.secret("a")) == 32
    assert len({key.secret("a"), key.secret("b"), other.secret("a")}) == 3
