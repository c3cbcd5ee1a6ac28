"""Keys, and the stream that only they open."""

from __future__ import annotations

import io
import os
import stat

import pytest
from dihya_backup.seal import Key, Opening, Sealing, recipients, recognise
from dihya_hookspecs import DihyaError, Invalid


def sealed(path, key, data):
    with path.open("wb") as file, Sealing(file, recipients([key.public])) as sealing:
        sealing.stream.write(data)
    return path


def opened(path, key):
    opening = Opening(path, key)
    data = opening.stream.read()
    opening.end()
    return data


def test_a_key_is_made_for_its_owner_only(tmp_path):
    """The file has mode 0600, is read back, and is never overwritten."""
    made = Key.make(tmp_path / "k")
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert Key.read(tmp_path / "k").public == made.public
    with pytest.raises(Invalid, match="exists already"):
        Key.make(tmp_path / "k")


@pytest.mark.parametrize("text", ["", "rubbish", "AGE-SECRET-KEY-1QQ", "one\ntwo", "age1rqs"])
def test_what_is_no_key_is_refused(text):
    """The message says what a key looks like, and quotes nothing."""
    with pytest.raises(Invalid, match="no key of a backup; a key is one line") as caught:
        Key(text)
    assert not text or text not in str(caught.value)


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    """A missing key file is named."""
    with pytest.raises(Invalid, match="nowhere"):
        Key.read(tmp_path / "nowhere")


def test_what_is_no_public_key_is_refused():
    """A wrong recipient is quoted."""
    with pytest.raises(Invalid, match="'age1nonsense' is no public key"):
        recipients(["age1nonsense"])


@pytest.mark.parametrize("size", [0, 1, 65536, 1_000_003])
def test_what_is_sealed_is_opened(tmp_path, key, size):
    """Any number of bytes comes back, and none of it can be read in between."""
    data = os.urandom(size)
    path = sealed(tmp_path / "f", key, data)
    assert opened(path, key) == data
    assert size < 100 or data[:64] not in path.read_bytes()


def test_another_key_opens_nothing(tmp_path, key):
    """The message says that it was sealed for another key."""
    path = sealed(tmp_path / "f", key, b"x")
    with pytest.raises(Invalid, match="sealed for another key"):
        opened(path, Key.make(tmp_path / "other"))


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.99])
def test_a_changed_byte_is_found(tmp_path, key, place):
    """One bit anywhere is enough."""
    path = sealed(tmp_path / "f", key, os.urandom(300_000))
    content = bytearray(path.read_bytes())
    content[30 + int(place * (len(content) - 31))] ^= 1
    path.write_bytes(content)
    with pytest.raises(DihyaError, match="damaged|another key"):
        opened(path, key)


@pytest.mark.parametrize("length", [60, 300, 65_000, 299_999])
def test_a_file_that_was_cut_off_is_found(tmp_path, key, length):
    """Also at the border of a block."""
    path = sealed(tmp_path / "f", key, os.urandom(300_000))
    os.truncate(path, length)
    with pytest.raises(DihyaError, match="damaged"):
        opened(path, key)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"SQLite format 3\0", "SQLite database; to put it back"),
        (b"PGDMP\x01", "pg_dump"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "ZIP"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----", "armoured"),
        (b"", "something else"),
    ],
)
def test_other_files_are_named(tmp_path, start, what):
    """What a file is, when it is no backup."""
    (tmp_path / "f").write_bytes(start)
    with pytest.raises(Invalid, match=f"no backup of Dihya but .*{what}"):
        recognise(tmp_path / "f")


@pytest.mark.parametrize("blocks", [0, 1, 100])
def test_a_full_disk_is_the_reason_that_is_told(key, blocks):
    """However little was written: the library itself says nothing when its last block fails."""

    class Full(io.RawIOBase):
        def write(self, data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), Sealing(Full(), recipients([key.public])) as sealing:
        for _ in range(blocks):
            sealing.stream.write(b"x" * 65536)


def test_a_manifest_is_proven_by_the_key(key, tmp_path):
    """Only a holder of the same key can have signed it."""
    mark = key.sign(b"manifest")
    assert key.signed(b"manifest", mark)
    assert not key.signed(b"Manifest", mark)
    assert not Key.make(tmp_path / "other").signed(b"manifest", mark)
