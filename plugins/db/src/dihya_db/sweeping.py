"""What has lain in the bin for long enough goes for good; what somebody holds, stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.rgpd import Held
from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from .models import BinRow, CounterRow

_MOST = 2000


def sweep(acts: Acts) -> bool:
    """Remove what is over; tell whether there may be more."""
    with acts.open("db.empty_bin", actor=SYSTEM) as act:
        return empty(act.session, datetime.now(UTC).date()) >= _MOST


def empty(session: Session, today: date) -> int:
    """Remove what was to go before *today*, and what came with rows that are gone; return how many parts that were."""
    over = select(BinRow.id).where(BinRow.ends_on < today, ~held()).limit(_MOST)
    whole = select(BinRow.entry).where(BinRow.kind.in_(("removed", "changed")))
    left = select(BinRow.id).where(BinRow.entry.not_in(whole), ~held()).limit(_MOST)
    gone = 0
    for chosen in (over, left):
        done: Any = session.execute(delete(BinRow).where(BinRow.id.in_(chosen)))
        gone += done.rowcount
    return gone


def held() -> ColumnElement[bool]:
    """Return the condition that a person of the entry is under a legal hold: nothing of it is removed then."""
    try:
        people = get(Held).people()
    except DihyaError:  # nobody keeps holds
        people = []
    part = BinRow.__table__.alias()
    theirs = select(part.c.entry).where(
        tuple_(part.c.person_table, part.c.person).in_([(one.table, one.key) for one in people])
    )
    return BinRow.entry.in_(theirs)


def forget(plugin: str) -> None:
    """Remove for good what lies there of a plugin that goes, and its counters."""
    for row in (BinRow, CounterRow):
        current().session.execute(delete(row).where(row.plugin == plugin))
