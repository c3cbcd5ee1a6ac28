"""Fingerprints."""

from __future__ import annotations

from dihya_generation_logs.marks import Marks
from dihya_keys.service import FileKeys


def test_a_fingerprint_recognises_an_idea_and_depends_on_the_key(tmp_path):
    """Spaces do not count, another text and another key do."""
    marks = Marks(FileKeys(tmp_path / "a"))
    assert marks.mark("un  club\n") == marks.mark("un club") != marks.mark("deux clubs")
    assert Marks(FileKeys(tmp_path / "b")).mark("un club") != marks.mark("un club")


def test_one_key_marks_and_signs(tmp_path):
    """It is made at first use."""
    marks = Marks(FileKeys(tmp_path))
    marks.mark("x")
    assert [path.name for path in tmp_path.iterdir()] == ["generation_logs.key"]
    assert marks.signer().verify(b"x", marks.signer().sign(b"x"))
