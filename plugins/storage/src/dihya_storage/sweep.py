"""Compare files and rows: bytes that nobody holds, rows whose bytes are missing or damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.storage import Blobs
from sqlalchemy import select
from sqlalchemy.orm import Session

from .files import GRACE
from .models import Holding
from .service import LocalBlobs
from .settings import Settings

_PART = 500


@dataclass(slots=True)
class Findings:
    """What a check found, by digest; ``leftovers`` counts unfinished writes."""

    checked: int = 0
    orphans: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    leftovers: int = 0
    repaired: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing is left to worry about."""
        open_ends = 0 if self.repaired else len(self.orphans) + self.leftovers
        return not (self.missing or self.damaged or open_ends)


def background(acts: Acts) -> None:
    """Remove what nobody holds: a process that was killed between the bytes and the commit leaves some. Reads no file."""
    with acts.open("storage.sweep", actor=SYSTEM) as act:
        blobs: LocalBlobs = act.get(Blobs)  # type: ignore[assignment]
        grace = act.get(Settings).grace
        removed = sum(blobs.collect(digest) for digest in list(_unheld(blobs, act.session, grace)))
        leftovers = _remove(blobs.files.leftovers(grace))
        if removed or leftovers:
            act.record("storage.sweep", removed=removed, leftovers=leftovers)


def sweep(blobs: LocalBlobs, session: Session, *, repair: bool = False, grace: float = GRACE) -> Findings:
    """Read every file and compare it with the rows.

    Args:
        repair: remove what nobody holds; what is missing or damaged can only come from a backup.
        grace: files younger than so many seconds may belong to an act that has not committed yet.
    """
    found = Findings(repaired=repair)
    held = set(session.scalars(select(Holding.digest).distinct()))
    for digest in sorted(held):
        found.checked += 1
        try:
            for _ in blobs.files.chunks(digest, 0, None):
                pass
        except NotFound:
            found.missing.append(digest)
        except DihyaError:
            found.damaged.append(digest)
    found.orphans = sorted(_unheld(blobs, session, grace))
    leftovers = blobs.files.leftovers(grace)
    found.leftovers = len(leftovers)
    if repair:
        found.orphans = [digest for digest in found.orphans if blobs.collect(digest)]
        _remove(leftovers)
    return found


def _unheld(blobs: LocalBlobs, session: Session, grace: float) -> Iterator[str]:
    """Yield the digests that are old enough and that no row names; thousands of files are asked about at once."""
    old = (digest for digest, age in blobs.files.names() if age >= grace)
    while part := list(islice(old, _PART)):
        held = set(session.scalars(select(Holding.digest).where(Holding.digest.in_(part)).distinct()))
        yield from (digest for digest in part if digest not in held)


def _remove(paths: Sequence[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
