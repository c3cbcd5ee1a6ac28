"""A ZIP that is written bit by bit, with the digest of each file; what comes in unknown number waits on the disk, not in memory."""

from __future__ import annotations

import json
import tempfile
import weakref
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from dihya_hookspecs.storage import zip_entry

from .naming import free

CHUNK = 1 << 18


def work_folder(data: Path) -> Path:
    """Return the folder for what is in work, which no backup takes along."""
    folder = data / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class Sending:
    """The bytes of a file, piece by piece; it is closed at their end, or with whoever does not want them any more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.close = weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(CHUNK):
            yield piece
        self.close()


class Archive:
    """Writes into *target*.

    Attributes:
        digests: name of a file → SHA-256 (hex).
    """

    def __init__(self, target: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(target, "w")
        self._taken: set[str] = set()
        self.digests: dict[str, str] = {}

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._zip.close()

    def add(self, path: str, pieces: Iterable[bytes], size: int = 0) -> None:
        """Add a file below *path*, or, where that is taken in any case, below it with a number.

        Args:
            size: the bytes that it may have, where these are many.
        """
        name, digest = free(self._taken, path), sha256()
        self._taken.add(name.lower())
        with self._zip.open(zip_entry(name, size), "w") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self.digests[name] = digest.hexdigest()


class Spool:
    """JSON objects, one a line, in a file without a name that goes with the process.

    Args:
        folder: where; None for the system's.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by whoever made the spool
        self.count = self.size = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Keep one more."""
        line = f"{json.dumps(row, ensure_ascii=False)}\n".encode()
        self._file.write(line)
        self.count, self.size = self.count + 1, self.size + len(line)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes."""
        self._file.seek(0)
        while piece := self._file.read(CHUNK):
            yield piece

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the objects."""
        self._file.seek(0)
        return map(json.loads, self._file)

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()
