"""The files in a backup: nothing that the snapshot refers to goes while it is made, and nothing else stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.backup import BackupPart, Staging, Swap
from dihya_hookspecs.storage import Blobs

from .settings import Settings

if TYPE_CHECKING:
    from .service import LocalBlobs


@contextmanager
def hold() -> Iterator[None]:
    """Keep every file until the backup is made; then remove what was to be removed meanwhile."""
    blobs = _blobs()
    with blobs.files.hold():
        yield
    for digest in blobs.files.marked():
        blobs.release(digest)


def save(folder: Path) -> None:
    """Give the backup every file, without copying its bytes where links are possible."""
    files = _blobs().files
    for digest, _ in files.names():
        target = folder / digest[:2] / digest
        target.parent.mkdir(exist_ok=True)
        _link(files.folder / digest[:2] / digest, target)


def restore(folder: Path, staging: Staging) -> None:
    """Put the files into the new data folder, or beside the folder that ``storage.url`` names."""
    from .service import folder_of

    place = folder_of(get(Settings), get(AppInfo).data)
    inside = staging.rehearsal or place.is_relative_to(get(AppInfo).data)
    target = staging.data / "blobs" if inside else place.with_name(f"{place.name}.restoring")
    if not inside:
        shutil.rmtree(target, ignore_errors=True)  # of a restoring that was killed
        staging.swaps.append(_folder_swap(place, target))
    if staging.rehearsal or not inside:
        staging.settings["storage.url"] = str(target)
    shutil.move(folder, target)
    os.chmod(target, 0o700)


def check() -> str:
    """Say that the file of every row is there and whole; drop files that no row of the snapshot names."""
    from .sweep import sweep

    found = sweep(_blobs(), current().session, repair=True, grace=0)
    if found.missing or found.damaged:
        first = (found.missing or found.damaged)[0]
        raise DihyaError(
            f"{len(found.missing)} files are missing and {len(found.damaged)} damaged, first {first}", code="damaged"
        )
    return f"{found.checked} files, whole"


def _blobs() -> LocalBlobs:
    from .service import LocalBlobs

    blobs = get(Blobs)
    assert isinstance(blobs, LocalBlobs)  # noqa: S101 - this plugin's own service
    return blobs


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def _folder_swap(place: Path, staged: Path) -> Swap:
    kept = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")

    from .files import Files

    def put() -> str:
        there = Files(place).folder.rename(kept)
        staged.rename(place)
        return str(there)

    def undo() -> None:
        place.rename(staged)
        kept.rename(place)

    return Swap(put, undo, lambda: shutil.rmtree(staged, ignore_errors=True))


PARTS = (
    BackupPart(
        "storage", claims=("blobs/*",), save=save, restore=restore, check=check, hold=hold, local_settings=("url",)
    ),
)
