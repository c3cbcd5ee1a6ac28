"""Tells machines on one database which plugins are left out, fail or are slow, and who re-armed one."""

from __future__ import annotations

import platform
from dataclasses import astuple, replace

from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts
from dihya_hookspecs.app import AppInfo, Breaker, BreakerState, Trouble
from dihya_hookspecs.data import Database
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from .models import LeftOut, Seen

ANEW, STANDS = 60.0, 180.0
"""Seconds after which a machine says again what it sees, and after which nobody believes one that is silent."""


def share(acts: Acts) -> None:
    """Take over what other machines did and see, and tell them what was done and is seen here.

    Processes of one machine share files in their data folder, and on SQLite there is one machine.
    """
    with acts.open("tasks.share_breaker", actor=SYSTEM) as act:
        if act.get(Database).engine.dialect.name == "sqlite":
            return
        machine = machine_of(act)
        _share_left_out(act, machine)
        _share_troubles(act, machine)


def machine_of(act: Act) -> str:
    """Return how this machine is called where another one speaks of it: two data folders are two machines."""
    return f"{platform.node()}:{act.get(AppInfo).data}"[-300:]


def _share_left_out(act: Act, machine: str) -> None:
    breaker, table = act.get(Breaker), LeftOut.__table__
    there = {row.plugin: BreakerState(*row) for row in act.session.execute(select(*table.columns))}
    breaker.merge(tuple(there.values()))
    for state in breaker.states():
        if state.plugin not in there or there[state.plugin].at < state.at:
            reason = f"{state.reason}, seen on {machine}" if state.tripped else state.reason
            values = {"tripped": state.tripped, "reason": reason, "at": state.at}
            row = insert(LeftOut).values(plugin=state.plugin, **values)
            later = row.on_conflict_do_update(index_elements=["plugin"], set_=values, where=table.c.at < state.at)
            act.session.execute(later)


def _share_troubles(act: Act, machine: str) -> None:
    """The clock is the database's, so that it does not matter whether those of the machines agree."""
    clock = func.extract("epoch", func.clock_timestamp())
    rows = act.session.execute(select(Seen.machine, Seen.said, clock - Seen.at)).all()
    ages = {name: age for name, _, age in rows}
    others: dict[str, list[Trouble]] = {}
    for name, said, age in rows:
        if name != machine and age < STANDS:
            for plugin, found in said.items():
                others.setdefault(plugin, []).extend(replace(Trouble(*values), machine=name) for values in found)
    act.get(Breaker).elsewhere(others)
    mine = {plugin: [list(astuple(one)) for one in found] for plugin, found in act.get(Breaker).troubles().items()}
    known = next((said for name, said, _ in rows if name == machine), {})
    if mine and (mine != known or ages[machine] > ANEW):
        row = insert(Seen).values(machine=machine, said=mine, at=clock)
        act.session.execute(row.on_conflict_do_update(index_elements=["machine"], set_={"said": mine, "at": clock}))
    gone = [name for name, age in ages.items() if age >= STANDS or (name == machine and not mine)]
    if gone:
        act.session.execute(delete(Seen).where(Seen.machine.in_(gone)))
