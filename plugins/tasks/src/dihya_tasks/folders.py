"""A folder for what an attempt needs on the disk; gone when the attempt is, however it ended."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from .leases import Lease

_NAME = re.compile(r"task-(.+)-(\d+)\Z")


def folder_of(data: Path, lease: Lease) -> Path:
    """Return the folder of one attempt; nobody else writes there, and it may not exist yet."""
    return data / "work" / f"task-{re.sub(r'[^A-Za-z0-9._-]', '_', lease.id)}-{lease.attempt}"


def remove(data: Path, lease: Lease) -> None:
    """Remove the folder of an attempt that is over."""
    shutil.rmtree(folder_of(data, lease), ignore_errors=True)


def sweep(data: Path, running: Iterable[Lease]) -> int:
    """Remove the folders of all attempts but those that run; return how many there were."""
    kept = {folder_of(data, lease).name for lease in running}
    gone = [path for path in (data / "work").glob("task-*") if _NAME.match(path.name) and path.name not in kept]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)
