"""The data folder is its owner's: a stranger on the machine reads nothing in it and holds no lock of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger("dihya.db")
_OTHERS = 0o077


def close_folder(data: Path) -> bool:
    """Close the folder itself, which is enough for all that is in it; return whether it had been open."""
    return data.is_dir() and _close(data)


def close_all(data: Path) -> int:
    """Close the folder and everything in it, and say how much had been open."""
    opened = int(close_folder(data)) + sum(_close(path) for path in _below(data))
    if opened:
        log.warning("%d files and folders of the data folder were open to others on this machine; closed", opened)
    return opened


def _below(data: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(data):
        yield from (Path(folder, name) for name in (*folders, *files))


def _close(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
        if not mode & _OTHERS or path.is_symlink():
            return False
        path.chmod(mode & 0o700)
    except FileNotFoundError:  # it went while we looked
        return False
    except OSError as error:
        log.warning("%r cannot be closed to others: %s", str(path), error.strerror)
        return False
    return True
