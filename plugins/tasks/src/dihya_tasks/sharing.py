"""Tells machines on one database which plugins are left out because they keep failing, and who re-armed one."""

from __future__ import annotations

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import Breaker, BreakerState
from dihya_hookspecs.data import Database
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from .models import LeftOut


def share(acts: Acts) -> None:
    """Take over what other machines did later, and tell them what was done here later.

    Processes of one machine share a file in their data folder, and on SQLite there is one machine.
    """
    with acts.open("tasks.share_breaker", actor=SYSTEM) as act:
        if act.get(Database).engine.dialect.name == "sqlite":
            return
        breaker, table = act.get(Breaker), LeftOut.__table__
        there = {row.plugin: BreakerState(*row) for row in act.session.execute(select(*table.columns))}
        breaker.merge(tuple(there.values()))
        for state in breaker.states():
            if state.plugin not in there or there[state.plugin].at < state.at:
                values = {"tripped": state.tripped, "reason": state.reason, "at": state.at}
                row = insert(LeftOut).values(plugin=state.plugin, **values)
                later = row.on_conflict_do_update(index_elements=["plugin"], set_=values, where=table.c.at < state.at)
                act.session.execute(later)
