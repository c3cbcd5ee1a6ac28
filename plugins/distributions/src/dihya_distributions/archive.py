"""One archive, of which the same files give the same bytes."""

from __future__ import annotations

import gzip
import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

EPOCH = 315532800
"""1980-01-01, the first day that every kind of archive can say."""


def pack(folder: Path, target: Path) -> str:
    """Pack a folder, below its own name, and return the SHA-256 of the archive."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=EPOCH) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                _add(archive, path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return sha256(target.read_bytes()).hexdigest()


def sums(folder: Path) -> str:
    """Return a line for each file of a folder, as ``sha256sum --check`` reads them."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return "".join(
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files
    )


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    item = tarfile.TarInfo(name)
    body = path.read_bytes()
    item.size, item.mtime = len(body), EPOCH
    item.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    archive.addfile(item, BytesIO(body))
