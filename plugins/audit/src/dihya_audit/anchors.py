"""Checkpoints outside the database: a file that only grows."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .memory import own_lock

_NOTE = re.compile(r"[^\n]+\n[0-9]+\n[^\n]+\n\n(?:— [^\n]+\n)+")

_WHOLE = re.compile("— [^\n]+\n\n\\Z".encode())
_TORN = "~torn\n"
# As many bytes as the notes of the newest entries may take that are looked at before each signature.
TAIL = 1 << 17


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the file holds: notes in the order in which they came, and how many characters belong to none of them."""

    notes: tuple[str, ...] = ()
    stray: int = 0


class AnchorFile:
    """A file of signed checkpoints, one after the other, a blank line behind each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, note: str) -> None:
        """Append *note*, durably, unless it is the last one already."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = f"{note}\n".encode()
        with own_lock(self.path.with_name(f"{self.path.name}.lock")), open(self.path, "ab+", opener=_own) as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - len(data)))
            tail = file.read()
            if tail == data:
                return
            if tail and not _WHOLE.search(tail):  # A crash tore the last one; do not write into its line.
                data = _TORN.encode() + b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> list[str]:
        """Return the notes in the order in which they came."""
        return list(self.read().notes)

    def read(self, tail: int = 0) -> Anchored:
        """Return what the file holds.

        Args:
            tail: look at the last so many bytes only; 0 for all.
        """
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                start = max(0, end - tail) if tail else 0
                file.seek(start)
                text = file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return Anchored()
        if start:  # The first one is cut; the next begins behind a blank line that follows a signature.
            text = "".join(re.split(r"(?<=\n)\n(?=[^—\n])", text, maxsplit=1)[1:])
        return _parse(text)


def _parse(text: str) -> Anchored:
    notes, stray, after = [], 0, 0
    for found in _NOTE.finditer(text):
        stray += _stray(text[after : found.start()])
        after = found.end()
        if not found[0].endswith(_TORN):
            notes.append(found[0])
    # What a crash leaves unfinished at the end is no note yet; the next one is written behind it.
    return Anchored(tuple(notes), stray)


def _stray(between: str) -> int:
    """Count the characters between two notes that no crash leaves there."""
    return len(between.rpartition(_TORN)[2].strip("\n"))


def _own(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
