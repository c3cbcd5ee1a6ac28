"""The anchor file."""

from __future__ import annotations

from dihya_audit.anchors import AnchorFile
from dihya_audit.note import Checkpoint, Signer
from dihya_keys.signing import LocalSigner

SIGNER = Signer(LocalSigner.create("log"))


def note(size):
    return SIGNER.sign(str(Checkpoint("log", size, bytes(32))))


def test_notes_come_back_in_order_and_not_twice(tmp_path):
    """What was sent is read again; the last one sent again changes nothing."""
    file = AnchorFile(tmp_path / "deep" / "checkpoints.txt")
    assert file.notes() == []
    for size in (1, 2, 2, 10):
        file.send(note(size))
    assert file.notes() == [note(1), note(2), note(10)]


def test_a_torn_note_does_not_spoil_the_next(tmp_path):
    """After a crash in the middle of a write, the following note is still read."""
    file = AnchorFile(tmp_path / "checkpoints.txt")
    file.send(note(1))
    for length in (3, 8, 30, 60, 80):
        with file.path.open("ab") as out:
            out.write(note(2).encode()[:length])
        file.send(note(3 + length))
    sizes = [Checkpoint.read(SIGNER.verifier.open(text)).size for text in file.notes()]
    assert sizes == [1, 6, 11, 33, 63, 83]
