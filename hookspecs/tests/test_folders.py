"""A folder: there as a whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid, folders


def test_writes_all_files(tmp_path: Path) -> None:
    """Files stand where they belong, and nothing else is left beside."""
    target = folders.write({"a/b.py": "x\r\n", "c": "é"}, tmp_path / "new" / "dihya-x")
    assert (target / "a/b.py").read_bytes() == b"x\r\n"
    assert [path.name for path in target.parent.iterdir()] == ["dihya-x"]
    assert target.stat().st_mode & 0o777 == 0o755


def test_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A path that leads out undoes the whole."""
    with pytest.raises(Invalid, match="not a path inside"):
        folders.write({"a": "x", "../b": "y"}, tmp_path / "dihya-x")
    assert list(tmp_path.iterdir()) == []


def test_keeps_what_is_there(tmp_path: Path) -> None:
    """A file or a folder with something in it is refused; an empty folder is used."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    (tmp_path / "file").touch()
    for name in ("full", "file"):
        with pytest.raises(Invalid, match="not empty"):
            folders.write({"a": "x"}, tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert (folders.write({"a": "x"}, tmp_path / "empty") / "a").is_file()


@pytest.mark.parametrize("path", ["", "/a", "../a", "a/../b", "a//b", "./a", "a\\b", "a\0b"])
def test_knows_unsafe_paths(path: str) -> None:
    """Anything but a plain relative path is unsafe."""
    assert folders.unsafe_path(path)
    assert not folders.unsafe_path("src/dihya_x/models.py")


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one is its owner's alone, one that is there keeps its mode; what fails leaves it as it was, and nothing beside."""
    file = tmp_path / "data" / "notes.json"
    folders.replace(file, "é")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == ("é", 0o600)
    file.chmod(0o644)
    folders.replace(file, "b")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == ("b", 0o644)

    def full(*places: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        folders.replace(file, "c")
    assert file.read_text("utf-8") == "b" and [path.name for path in file.parent.iterdir()] == ["notes.json"]
