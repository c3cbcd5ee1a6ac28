"""Signed notes against the vectors of Go's sumdb."""

from __future__ import annotations

import pytest
from dihya_audit.note import BadNote, Checkpoint, Signer, Verifier
from dihya_keys.signing import LocalSigner

VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"


def peter():
    """Return the signer whose key the vectors use."""
    return Signer(LocalSigner.read(f"{SKEY}\n# made 2026-11-26T00:00:00+00:00\n"))


def test_published_note_is_made_and_opened():
    """Signing gives the published bytes; the published notes open, other people's signatures beside."""
    signer = peter()
    assert str(signer.verifier) == VKEY
    assert signer.sign(TEXT) == f"{TEXT}\n{PETER}"
    assert Verifier.read(VKEY).open(f"{TEXT}\n{PETER}{ENOCH}") == TEXT
    assert "AYEK" not in repr(signer)


def test_every_mangled_key_is_refused():
    """No part of a key, and no key with one other byte, is accepted."""
    for start in range(len(VKEY)):
        with pytest.raises(BadNote):
            Verifier.read(VKEY[start + 1 :])
        with pytest.raises(BadNote):
            Verifier.read(VKEY[:start])
        with pytest.raises(BadNote):
            Verifier.read(VKEY[:start] + chr(ord(VKEY[start]) + 1) + VKEY[start + 1 :])


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_kind_is_refused(key):
    """A key of the wrong length or of an unknown algorithm is refused though its hash fits."""
    with pytest.raises(BadNote):
        Verifier.read(key)


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER[:-1]}",
        f"\x01{TEXT}\n{PETER}",
        f"{TEXT}\n— Bad Name x08go/ZJ\n",
        f"{TEXT}\n{PETER}Unexpected line.\n",
        f"{TEXT}\n{ENOCH}",
        f"{TEXT}\n{PETER[:60]}ABCD{PETER[60:]}",
        f"{TEXT}.\n\n{PETER}",
        f"{TEXT}\n{PETER.replace('x08g', 'xxxx')}",
    ],
)
def test_a_bad_note_does_not_open(note):
    """Malformed, foreign and altered notes are refused."""
    with pytest.raises(BadNote):
        Verifier.read(VKEY).open(note)


def test_what_cannot_be_a_note_is_not_signed():
    """A text without a final newline or with a control character are refused."""
    for text in ("abc", "a\tb\n", "a\x1b[31m\n"):
        with pytest.raises(BadNote):
            peter().sign(text)


def test_a_checkpoint_is_three_lines():
    """A checkpoint is read as it is written; anything else is refused."""
    checkpoint = Checkpoint("example.org/log", 20852163, bytes(range(32)))
    assert Checkpoint.read(str(checkpoint)) == checkpoint
    lines = str(checkpoint).split("\n")
    for broken in (
        "\n".join(lines[:2]), "\n".join([lines[0], "020852163", *lines[2:]]), "\n".join([lines[0], "-1", *lines[2:]]),
        "\n".join([*lines[:2], "AAAA", ""]), f"{checkpoint}more\n", "\n" + "\n".join(lines[1:]),
    ):  # fmt: skip
        with pytest.raises(BadNote):
            Checkpoint.read(broken)
