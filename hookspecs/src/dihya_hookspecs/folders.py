"""Files and folders that are there as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from dihya_hookspecs import Invalid


def unsafe_path(path: str) -> str:
    """Say why a path of a generated file leads out of its folder; empty when it does not."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path or str(pure) != path:
        return f"{path!r} is not a path inside of the plugin"
    return ""


def write(files: Mapping[str, str], target: Path) -> Path:
    """Write *files* as the new folder *target*. Raises Invalid (409) when it is there already and not empty.

    Everything is written beside it first and then renamed, so that nobody finds half of it.
    """
    check_free(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        fill(files, draft)
        draft.chmod(0o755)
        if target.exists():
            target.rmdir()
        os.rename(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def replace(path: Path, text: str) -> None:
    """Write a file in the place of what is there. A new one is its owner's alone; one that is there keeps its mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        if path.exists():
            os.chmod(draft, path.stat().st_mode & 0o777)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def check_free(target: Path) -> None:
    """Raise Invalid (409) when something is at *target* that would be lost."""
    if target.is_file() or target.is_symlink() or (target.is_dir() and any(target.iterdir())):
        raise Invalid(
            f"{str(target)!r} exists and is not empty; give another --out or remove it", code="exists", status=409
        )


def fill(files: Mapping[str, str], folder: Path) -> None:
    """Write *files* below an existing folder. Raises Invalid for a path that leads out of it."""
    for path, text in files.items():
        if flaw := unsafe_path(path):
            raise Invalid(flaw, code="path")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
