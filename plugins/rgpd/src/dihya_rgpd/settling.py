"""After an erasure is committed: its tombstone is confirmed, and its bytes are made to leave, again and again until they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.data import Database
from dihya_hookspecs.events import Event
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.rgpd import People
from sqlalchemy import select

from . import vanishing
from .models import DemandRow
from .signing import Seal
from .tombstones import Tombstones


def erased(act: Act, event: Event, key: str) -> None:
    """Do after an erasure what its own process may have died before doing; doing it again changes nothing."""
    committed(event.data.demand)


def committed(demand: str) -> None:
    """Confirm the tombstone of *demand*, and try once to make its bytes leave. Called after the commit, so that who asked
    is told what is true then; the subscription of the event does the same where that never came."""
    info = get(AppInfo)
    stones = Tombstones(info.data, Seal(get(Keys)))
    if any(stone.demand == demand for stone in stones.unconfirmed()):
        stones.confirm(demand)
    if get(Database).engine.dialect.name == "sqlite" or not _repeated(info):
        settle()
    else:  # Rewriting tables is not for a request; the background does it.
        _note(get(Acts), {demand: [vanishing.POSTGRES_FILES, vanishing.POSTGRES_LOG]})


def settle() -> int:
    """Try to make the bytes of every unfinished erasure leave; return how many receipts still wait for that."""
    acts, engine = get(Acts), get(Database).engine
    with acts.open("rgpd.look", actor=SYSTEM) as act:
        found = act.session.execute(select(DemandRow.id, DemandRow.result).where(DemandRow.state == "incomplete")).all()
    stamps = {id: result["stamp"] for id, result in found if result.get("stamp")}
    if not stamps:
        return 0
    remaining = {id: vanishing.settle(engine, stamp) for id, stamp in stamps.items()}
    _note(acts, remaining)
    return sum(bool(set(codes) - vanishing.PASSING) for codes in remaining.values())


def background(acts: Acts) -> None:
    """Try again what waits; the recurring work of this plugin."""
    with acts.open("rgpd.settle", actor=SYSTEM):
        settle()


def _note(acts: Acts, remaining: Mapping[str, Sequence[str]]) -> None:
    with acts.open("rgpd.settle", actor=SYSTEM) as act:
        desk = act.get(People)
        for id, codes in remaining.items():
            row = act.session.get(DemandRow, id)
            if row is None or not row.result.get("stamp"):
                continue
            gone = not set(codes) - vanishing.PASSING
            if list(codes) == row.result.get("remains") and not gone:
                continue
            row.result = {**row.result, "remains": list(codes), "stamp": None if gone else row.result["stamp"]}
            desk.receipts.conclude(row)  # type: ignore[attr-defined]
            if gone:
                act.record("rgpd.settled", object=f"rgpd_demands:{id}", state=row.state)


def _repeated(info: AppInfo) -> bool:
    """Tell whether something in this process, or a server, tries again later."""
    if not info.serving:
        return False
    try:
        get(Tasks)
    except DihyaError:
        return False
    return True
