"""What was erased, written down apart from the database, so that an old copy of it cannot bring anybody back."""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.rgpd import Subject

from .signing import Seal

NAME = "tombstones.jsonl"


def file_of(data: Path) -> Path:
    """Return where the tombstones of a data folder stand; asked without any key."""
    return data / "rgpd" / NAME


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An erasure: the number of its demand, when it was, and whose rows went, by table and opaque key."""

    demand: str
    at: str
    subjects: tuple[Subject, ...]


class Tombstones:
    """The tombstones of one data folder: an append-only file in which each line is sealed by this installation's key.

    A line is written before the erasure commits, and a second one once it has: what was rolled back, or cut off before
    its commit, is never replayed.
    """

    def __init__(self, data: Path, seal: Seal) -> None:
        self.path, self._seal = file_of(data), seal

    def begin(self, stone: Tombstone) -> None:
        """Write down an erasure that is about to be committed, on the disk before returning."""
        self._append([self._line(stone)])

    def confirm(self, demand: str) -> None:
        """Write down that the erasure is committed."""
        self._append([self._sealed({"committed": demand})])

    def committed(self) -> list[Tombstone]:
        """Return the erasures that were committed, the oldest first. Raises DihyaError for a line of another key."""
        stones, confirmed = self._read()
        return [stone for demand, stone in stones.items() if demand in confirmed]

    def unconfirmed(self) -> list[Tombstone]:
        """Return the erasures of which nothing says that they were committed."""
        stones, confirmed = self._read()
        return [stone for demand, stone in stones.items() if demand not in confirmed]

    def merge(self, stones: Iterable[Tombstone]) -> int:
        """Add those of *stones* that are not here yet; never replaces or loses one. Returns how many were added."""
        mine = {stone.demand for stone in self.committed()}
        lines = []
        for stone in stones:
            if stone.demand not in mine:
                lines += [self._line(stone), self._sealed({"committed": stone.demand})]
        self._append(lines)
        return len(lines) // 2

    def _line(self, stone: Tombstone) -> str:
        subjects = [[one.table, one.key, one.plugin] for one in stone.subjects]
        return self._sealed({"demand": stone.demand, "at": stone.at, "subjects": subjects})

    def _sealed(self, content: dict[str, object]) -> str:
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        return f"{text}\t{self._seal.digest(text)}\n"

    def _read(self) -> tuple[dict[str, Tombstone], set[str]]:
        stones: dict[str, Tombstone] = {}
        confirmed: set[str] = set()
        for content in self._contents():
            if "committed" in content:
                confirmed.add(str(content["committed"]))
            else:
                subjects = tuple(Subject(*one) for one in content["subjects"])
                stones[content["demand"]] = Tombstone(content["demand"], content["at"], subjects)
        return stones, confirmed

    def _contents(self) -> Iterator[dict]:  # type: ignore[type-arg]
        if not self.path.exists():
            return
        for number, line in enumerate(self.path.read_text("utf-8").splitlines(), 1):
            text, _, seal = line.rpartition("\t")
            if len(seal) != 64:
                continue  # a process was killed while it wrote the line, and so before the erasure was committed
            if not hmac.compare_digest(seal, self._seal.digest(text)):
                raise DihyaError(
                    f"line {number} of {self.path} is not sealed by the key of this installation; put back the key "
                    "'rgpd' of the same backup, or find out who changed the file",
                    code="rgpd-tombstones",
                )
            yield json.loads(text)

    def _append(self, lines: Sequence[str]) -> None:
        if not lines:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(self.path) as descriptor:
            os.write(descriptor, f"{_torn(self.path)}{''.join(lines)}".encode())
            os.fsync(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open *path* for appending, alone among processes, and have a new file's name on the disk too."""
    fresh = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
        if fresh:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    finally:
        os.close(descriptor)


def _torn(path: Path) -> str:
    """Return what ends a line that a killed process left unfinished."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return ""
        file.seek(-1, os.SEEK_END)
        return "" if file.read(1) == b"\n" else "\n"
