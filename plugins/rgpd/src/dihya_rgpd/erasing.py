"""Carries out a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dihya_hookspecs import Incomplete
from dihya_hookspecs.data import Record
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.rgpd import Erasure
from sqlalchemy import JSON, Table, delete, null, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .annotations import Annotations, stored_as
from .models import Hold, Restriction, RetainedMark
from .planning import Fate, Key, Plan, chunks, grows, having

OWN = (RetainedMark.__tablename__, Hold.__tablename__, Restriction.__tablename__)
"""Tables that the desk itself keeps in order; they take no part in erasing and expiring."""
GROWS = mark("the table only grows: no row of it is ever changed or removed, whatever its age")


def carry_out(session: Session, annotations: Annotations, plan: Plan) -> tuple[list[Erasure], list[Incomplete]]:
    """Empty and remove the rows of *plan*; return what became of them, table by table, and what could not be done."""
    order = [table for table in _children_first(annotations) if table.name in plan.fates]
    failed = [
        Incomplete(annotations.owners[name], sentence) for name, stuck in plan.stuck.items() for sentence in stuck
    ]
    for work in (_empty, _remove):  # Emptied foreign keys first: what they point to may then go.
        for table in order:
            try:
                with session.begin_nested():
                    work(session, table, plan.fates[table.name])
            except IntegrityError:
                reason = f"the database refuses to erase from {table.name}"
                failed.append(Incomplete(annotations.owners[table.name], reason))
    session.expire_all()
    return [summary(table, plan.fates[table.name]) for table in order], failed


def summary(table: Table, fates: dict[Key, Fate]) -> Erasure:
    """Return what becomes, or became, of the rows of one table."""
    kept = [fate for fate in fates.values() if fate.kept]
    ends: list[date | None] = [end for fate in kept for end in fate.kept.values()]
    known = [end for end in ends if end is not None]
    bases = {table.columns[name].info["rgpd"].basis for fate in kept for name in fate.kept}
    return Erasure(
        table.name,
        removed=sum(fate.delete for fate in fates.values()),
        anonymised=sum(bool(fate.values) for fate in fates.values() if not fate.delete),
        retained=len(kept),
        basis=", ".join(sorted(bases)),
        until=max(known).isoformat() if known and len(known) == len(ends) else "",
        reason=GROWS if kept and grows(table) else "",
    )


def _children_first(annotations: Annotations) -> Sequence[Table]:
    names = {table.name for table in annotations.tables}
    if not annotations.tables:
        return []
    return [table for table in reversed(annotations.tables[0].metadata.sorted_tables) if table.name in names]


def _empty(session: Session, table: Table, fates: dict[Key, Fate]) -> None:
    for key, fate in fates.items():
        if fate.delete or not fate.values:
            continue
        values = {
            table.columns[name]: null() if value is None and isinstance(stored_as(table.columns[name]), JSON) else value
            for name, value in fate.values.items()
        }
        if issubclass(table.info.get("model", object), Record):
            values[table.columns["version"]] = table.columns["version"] + 1
        session.execute(update(table).where(having(table, [key])).values(values))


def _remove(session: Session, table: Table, fates: dict[Key, Fate]) -> None:
    for keys in chunks([key for key, fate in fates.items() if fate.delete]):
        session.execute(delete(table).where(having(table, keys)))
