"""The life of a demand: opened, finished or left incomplete, with a receipt that says what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.acts import Act
from dihya_hookspecs.data import Model
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import select
from sqlalchemy.orm import Session

from . import vanishing
from .events import Erased
from .models import DemandRow, now
from .outcome import Outcome, counts, state_of


class Receipts:
    """The receipts of all demands.

    Args:
        digest: returns what stands for a subject, since a receipt outlives whom it is about.
        act: is told what became of a demand; None tells nobody.
    """

    def __init__(self, session: Session, digest: Callable[[str], str], act: Act | None = None) -> None:
        self.session, self._digest, self._act = session, digest, act

    def recent(self, limit: int = 20) -> list[DemandRow]:
        """The newest demands first."""
        newest = select(DemandRow).order_by(DemandRow.opened_at.desc(), DemandRow.id.desc()).limit(limit)
        return list(self.session.scalars(newest))

    def of(self, demand: str) -> DemandRow:
        """Return the receipt of a demand as it is now. Raises NotFound."""
        row = self.session.get(DemandRow, demand, populate_existing=True)
        if row is None:
            raise NotFound(f"no demand {demand[:40]!r}")
        return row

    def open(self, kind: str, subjects: Sequence[Subject], id: str = "") -> DemandRow:
        """Begin a demand about *subjects*; of what expires nobody is the subject. Raises Invalid without a subject."""
        if not subjects and kind != "expire":
            raise Invalid("no subject given; find the person first")
        digests = sorted({self._digest(f"{subject.table}:{subject.key}") for subject in subjects})
        row = DemandRow(id=id or str(uuid.uuid4()), kind=kind, state="open", subjects=digests, result={})
        self.session.add(row)
        self.session.flush()
        return row

    def finish(
        self,
        row: DemandRow,
        outcome: Outcome,
        present: AbstractSet[str],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Close what removed something: it is done once the bytes are gone too, after the commit.

        Args:
            present: the tables that are there; bytes are looked for in these.
        """
        touched = [one.source for one in outcome.erasures if one.removed or one.anonymised]
        tables = sorted(vanishing.reached(Model.metadata.tables.values(), touched) & present)
        stamp = vanishing.stamp(self.session.connection(), tables) if touched else None
        erasures = [asdict(one) for one in outcome.erasures]
        self.close(row, outcome, {**more, "erasures": erasures, "stamp": stamp})
        if self._act:
            self._act.publish(Erased(row.id, outcome.complete))

    def close(self, row: DemandRow, outcome: Outcome, result: Mapping[str, Any]) -> None:
        """Write the receipt, and record what became of the demand."""
        missing = sorted({part.plugin for part in outcome.failed})
        residual, held = list(outcome.residual), len(outcome.held)
        row.result = {**result, "missing": missing, "residual": residual, "held": held}
        self.conclude(row)
        if self._act:
            facts = {**counts(outcome.erasures), "missing": len(missing), "state": row.state}
            facts |= {"held": held} if held else {}
            facts |= {"replayed": True} if result.get("replayed") else {}
            self._act.record(f"rgpd.{row.kind}", object=f"rgpd_demands:{row.id}", **facts)

    def conclude(self, row: DemandRow) -> None:
        """Give a receipt the state that its result says; earlier demands about the same people are done with it."""
        row.state = state_of(row.result)
        row.finished_at = now() if row.state == "done" else None
        self.session.flush()
        if row.state != "done" or not row.subjects:
            return
        waiting = select(DemandRow).where(
            DemandRow.kind == row.kind, DemandRow.state == "incomplete", DemandRow.id != row.id
        )
        for earlier in self.session.scalars(waiting):
            if set(earlier.subjects) <= set(row.subjects):
                earlier.result = {**earlier.result, "stamp": None}
                earlier.state, earlier.finished_at = "done", row.finished_at
        self.session.flush()
