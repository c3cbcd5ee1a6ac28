"""Compare files and rows: bytes that nobody holds, rows whose bytes are missing or damaged."""

from __future__ import annotations

from dataclasses import dataclass, field

from dihya_hookspecs import DihyaError, NotFound
from sqlalchemy import select
from sqlalchemy.orm import Session

from .files import GRACE
from .models import Holding
from .service import LocalBlobs


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
    found.orphans = sorted(digest for digest, age in blobs.files.names() if digest not in held and age >= grace)
    leftovers = blobs.files.leftovers()
    found.leftovers = len(leftovers)
    if repair:
        found.orphans = [digest for digest in found.orphans if blobs.collect(digest)]
        for path in leftovers:
            path.unlink(missing_ok=True)
    return found
