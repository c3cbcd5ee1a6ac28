"""What became of a demand, as the desk answers it and as the receipt keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dihya_hookspecs import Incomplete
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Erasure, Retention, Subject

from .finding import Beyond
from .models import DemandRow
from .vanishing import PASSING, POSTGRES_FILES, POSTGRES_LOG, SQLITE_LOG


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a demand inside its act.

    Attributes:
        demand: the receipt's id.
        erasures: table by table what was done.
        failed: parts that are missing.
        beyond: tables of no active plugin that (may) hold something about the person.
        held: reasons of the legal holds that keep everything where it is.
    """

    demand: str
    erasures: tuple[Erasure, ...] = ()
    failed: tuple[Incomplete, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def residual(self) -> tuple[str, ...]:
        """The names of the tables that are out of reach."""
        return tuple(one.table for one in self.beyond)

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return not self.failed and not self.beyond and not self.held


@dataclass(frozen=True, slots=True)
class Place:
    """A column about people, and how many rows of it are about the person in question."""

    plugin: str
    table: str
    column: str
    category: str
    subject: str
    purpose: str
    basis: str
    retention: str
    secret: bool
    rows: int = 0

    @property
    def kept(self) -> Retention:
        """How long, to be said in words."""
        return Retention.parse(self.retention)


def state_of(result: Mapping[str, Any]) -> str:
    """Return ``done`` or ``incomplete`` for what a receipt says."""
    waiting = set(result.get("remains", ())) - PASSING
    parts = ("missing", "residual", "held", "stamp")
    return "incomplete" if waiting or any(result.get(part) for part in parts) else "done"


def remains(row: DemandRow) -> list[str]:
    """Return where bytes of what was erased still are and until when, one sentence each."""
    return [sentence(code) for code in row.result.get("remains", ())]


def answer(receipt: DemandRow, outcome: Outcome) -> dict[str, Any]:
    """Return what an erasure is answered with: the receipt as it is now, and what the act told."""
    return {
        "demand": receipt.id,
        "state": receipt.state,
        "erasures": [asdict(erasure) for erasure in outcome.erasures],
        "missing": sorted({part.plugin for part in outcome.failed}),
        "residual": list(outcome.residual),
        "out_of_reach": [one.reason for one in outcome.beyond],
        "held": list(outcome.held),
        "remains": remains(receipt),
    }


def sentence(code: str) -> str:
    """Return in words where bytes of what was erased still are, and until when."""
    return {
        SQLITE_LOG: _(
            "Bytes remain in the write-ahead log until nobody reads the database; tried again every half minute."
        ),
        POSTGRES_FILES: _(
            "Bytes remain in the tables’ files until older transactions end; tried again every half minute."
        ),
        POSTGRES_LOG: _(
            "Bytes remain in the server’s write-ahead log until it is recycled, and in the server’s backups."
        ),
    }[code]


def by_table(subjects: Iterable[Subject]) -> dict[str, list[str]]:
    """Return the keys of *subjects* by table."""
    found: dict[str, list[str]] = {}
    for subject in subjects:
        found.setdefault(subject.table, []).append(subject.key)
    return found


def merged(erasures: Iterable[Erasure]) -> list[Erasure]:
    """Return *erasures* with one entry a source, basis, end and reason."""
    found: dict[tuple[str, str, str, str], Erasure] = {}
    for new in erasures:
        place = (new.source, new.basis, new.until, new.reason)
        old = found.get(place, Erasure(new.source, basis=new.basis, until=new.until, reason=new.reason))
        found[place] = Erasure(
            new.source, old.removed + new.removed, old.anonymised + new.anonymised, old.retained + new.retained,
            new.basis, new.until, new.reason, old.refused or new.refused,
        )  # fmt: skip
    return list(found.values())


def counts(erasures: Sequence[Erasure]) -> dict[str, int]:
    """Return how many rows were removed, anonymised and retained altogether."""
    return {name: sum(getattr(one, name) for one in erasures) for name in ("removed", "anonymised", "retained")}
