"""Folders in which proofs work: below the data folder, closed to others, and gone with the process that made them."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from dihya_hookspecs import Invalid

PREFIX = "proof-"
LOCK = ".lock"
LEFT_OUT = {"__pycache__", ".git", ".venv", ".hypothesis", ".pytest_cache", "node_modules"}
MOST_FILES, MOST_BYTES = 5000, 64 << 20


def place(data: Path | None) -> Path:
    """Return where proofs work: in the data folder, or in the temporary folder of a machine without one."""
    if data is None:
        return Path(tempfile.gettempdir())
    folder = data / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def folder(where: Path) -> Iterator[Path]:
    """Give a new folder that only this user enters; it goes at the end, or when the next proof finds its lock free."""
    sweep(where)
    with _alone(where):
        root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where))
        lock = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(lock)


def sweep(where: Path) -> int:
    """Remove what killed processes left behind: the kernel has let go of their locks. Returns how many folders."""
    with _alone(where):
        return sum(_removed(left) for left in where.glob(f"{PREFIX}*"))


def _removed(left: Path) -> bool:
    with suppress(OSError):
        lock = os.open(left / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
            return True
        finally:
            os.close(lock)
    return False


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """Keep who sweeps away from a folder that is made and not locked yet."""
    handle = os.open(where, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def copy(source: Path, target: Path, *, without: Sequence[Path] = ()) -> None:
    """Copy plain files. Raises Invalid for a link, whenever it was put there, and for more than a plugin needs.

    What is read afterwards is the copy, which nobody else can change.

    Args:
        without: folders that are no part of the plugin, wherever they lie: the data folder, the work itself.
    """
    files = size = 0
    apart = {folder.resolve() for folder in without}
    for place, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in LEFT_OUT and (Path(place) / name).resolve() not in apart]
        inner = target / Path(place).relative_to(source)
        inner.mkdir(parents=True, exist_ok=True)
        for name in (*folders, *names):
            path = Path(place) / name
            if path.is_symlink():
                raise Invalid(f"{path.relative_to(source).as_posix()!r} is a link; a plugin holds plain files only")
            if name in names:
                files, size = files + 1, size + _copy(path, inner / name)
        if files > MOST_FILES or size > MOST_BYTES:
            raise Invalid(f"{str(source)!r} is too large: more than {MOST_FILES} files or {MOST_BYTES >> 20} MB")


def _copy(source: Path, target: Path) -> int:
    """Copy one plain file and return its size; the file that is opened is the file that is looked at."""
    try:
        opened = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Invalid(f"{source.name!r} cannot be read as a plain file: {error.strerror}") from error
    with open(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise Invalid(f"{source.name!r} is not a plain file")
        with target.open("wb") as copied:
            shutil.copyfileobj(file, copied)
        return target.stat().st_size
