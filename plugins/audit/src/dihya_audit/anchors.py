"""Checkpoints outside the database: a file that only grows."""

from __future__ import annotations

import os
import re
from pathlib import Path

from filelock import FileLock

_NOTE = re.compile(r"[^\n]+\n[0-9]+\n[^\n]+\n\n(?:— [^\n]+\n)+")

_TORN = "~torn\n"


class AnchorFile:
    """A file of signed checkpoints, one after the other, a blank line behind each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, note: str) -> None:
        """Append *note*, durably, unless it is the last one already."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = f"{note}\n".encode()
        with FileLock(f"{self.path}.lock"), self.path.open("ab+") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - len(data)))
            tail = file.read()
            if tail == data:
                return
            if tail and not tail.endswith(b"\n\n"):  # A crash tore the last one; do not write into its line.
                data = _TORN.encode() + b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> list[str]:
        """Return the notes in the order in which they came."""
        if not self.path.exists():
            return []
        found = _NOTE.findall(self.path.read_bytes().decode("utf-8", "replace"))
        return [note for note in found if not note.endswith(_TORN)]
