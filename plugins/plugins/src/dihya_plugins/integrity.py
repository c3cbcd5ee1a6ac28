"""Whether the files of installed plugins are those that their RECORD lists: hashed once, and again when they change."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from dihya_hookspecs.inspecting import Record
from dihya_hookspecs.wheels import digest, recorded

KEPT = "record.json"
"""In the data folder: file → digest that was right, and what the file looked like then."""

Looks = list[int | str]


class Integrity(NamedTuple):
    """What became of a plugin's files since they were installed; ``changed`` says a sentence part for each that differs."""

    record: Record
    changed: tuple[str, ...] = ()


class Verifier:
    """Verifies installed packages, and remembers which files were right.

    Args:
        data: the data folder; None remembers nothing, so that every file is read.
    """

    def __init__(self, data: Path | None = None) -> None:
        self._kept = data / KEPT if data else None
        self._known = self._read()
        self._right: dict[str, Looks] = {}

    def verify(self, distribution: Any, package: str) -> Integrity:
        """Return whether the files of one package, and its metadata, are what RECORD says."""
        if from_folder(distribution):
            return Integrity("folder")
        text = distribution.read_text("RECORD")
        if not text:
            return Integrity("modified", ("RECORD is missing",))
        try:
            rows = recorded(text)
        except ValueError as error:
            return Integrity("modified", (f"RECORD cannot be read: {error}",))
        place = Path(str(distribution.locate_file("")))
        flaws = [*self._changed(place, rows), *_unlisted(place, package, rows)]
        return Integrity("modified", tuple(flaws)) if flaws else Integrity("whole")

    def remember(self) -> None:
        """Keep what was right, so that the next start need not read it again."""
        if self._kept and self._right != self._known and self._kept.parent.is_dir():
            fresh = self._kept.with_name(f".{KEPT}.{os.getpid()}")
            with suppress(OSError):  # a data folder that cannot be written costs time, and nothing else
                fresh.touch(0o600)
                fresh.write_text(json.dumps(self._right), "utf-8")
                fresh.replace(self._kept)

    def _changed(self, place: Path, rows: Any) -> Iterator[str]:
        """Yield what is wrong with the files that RECORD lists with a digest."""
        for file, wanted in rows.items():
            if not wanted:
                continue
            path = os.path.join(place, file)
            try:
                state = os.stat(path)
                looks: Looks = [wanted, state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino]
                if self._known.get(path) != looks and digest(Path(path).read_bytes()) != wanted:
                    yield f"{file} was changed"
                    continue
                self._right[path] = looks
            except OSError as error:
                yield f"{file} is missing" if isinstance(error, FileNotFoundError) else f"{file} cannot be read"

    def _read(self) -> dict[str, Looks]:
        try:
            found = json.loads(self._kept.read_text("utf-8")) if self._kept else {}
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def from_folder(distribution: Any) -> bool:
    """Tell whether a plugin is run from its author's folder, where files change as they are written."""
    with suppress(ValueError, AttributeError):
        return bool(json.loads(distribution.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable"))
    return False


def _unlisted(place: Path, package: str, rows: Any) -> Iterator[str]:
    """Yield the files inside of the package that RECORD does not know; what Python compiles itself is not among them."""
    for folder, folders, files in os.walk(place / package):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            file = os.path.relpath(os.path.join(folder, name), place).replace(os.sep, "/")
            if file not in rows:
                yield f"{file} is not listed"
