"""Bytes in a folder."""

from __future__ import annotations

import hashlib
import stat

import pytest
from dihya_hookspecs import DihyaError, NotFound
from dihya_storage.files import Files

DATA = b"Azul"
DIGEST = hashlib.sha256(DATA).hexdigest()


def test_put_read_delete(tmp_path):
    """Bytes are there after put and gone after delete, which may be repeated."""
    files = Files(tmp_path / "new" / "blobs")
    files.put(DIGEST, DATA)
    assert files.has(DIGEST) and files.read(DIGEST) == DATA and files.size(DIGEST) == 4
    assert [name for name, _ in files.names()] == [DIGEST]
    files.delete(DIGEST)
    files.delete(DIGEST)
    with pytest.raises(NotFound):
        files.read(DIGEST)


def test_the_folder_is_closed_to_others(tmp_path):
    """Only the owner may enter the folder."""
    files = Files(tmp_path / "blobs")
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_a_write_leaves_nothing_half(tmp_path):
    """After a write there is the file and nothing beside it; writing again repairs damage."""
    files = Files(tmp_path)
    files.put(DIGEST, DATA)
    path = tmp_path / DIGEST[:2] / DIGEST
    assert list(path.parent.iterdir()) == [path]
    path.write_bytes(b"oops")
    with pytest.raises(DihyaError, match="damaged"):
        files.read(DIGEST)
    files.put(DIGEST, DATA)
    assert files.read(DIGEST) == DATA


def test_a_disk_that_refuses(tmp_path):
    """A folder that cannot be written is a 503 with the reason."""
    files = Files(tmp_path)
    (tmp_path / DIGEST[:2]).write_text("in the way")
    with pytest.raises(DihyaError, match="cannot be written") as caught:
        files.put(DIGEST, DATA)
    assert caught.value.status == 503
