"""A folder: there as a whole, or not at all."""

from __future__ import annotations

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
