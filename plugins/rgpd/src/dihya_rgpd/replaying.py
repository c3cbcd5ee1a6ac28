"""Erases again what an old copy of the database has brought back, before anything answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.rgpd import People
from sqlalchemy import inspect, select

from .models import DemandRow
from .settling import settle
from .signing import KEY, Seal
from .tombstones import Tombstone, Tombstones, file_of


def replay() -> int:
    """Erase again whatever the tombstones name and the database has no receipt of; return how many demands that were.

    Raises DihyaError when something cannot be erased, or the tables are missing: then nothing may be served.
    """
    if not file_of(get(AppInfo).data).exists():
        return 0
    stones = _stones(get(AppInfo).data)
    if DemandRow.__tablename__ not in inspect(get(Database).engine).get_table_names():
        if not stones.committed():
            return 0
        raise DihyaError(
            "the database has no table of erasures, and there are tombstones of some; run 'dihya setup', which repeats them",
            code="rgpd-replay",
        )
    missing = _missing(stones)
    for stone in missing:
        _repeat(stone)
    return len(missing)


def probe() -> str:
    """Say that no erasure waits to be repeated; raise DihyaError when an old copy of the database was put in place."""
    if not file_of(get(AppInfo).data).exists():
        return "no erasure has left a tombstone yet"
    stones = _stones(get(AppInfo).data)
    if missing := _missing(stones):
        raise DihyaError(
            f"{len(missing)} erasures are missing from the database: an older copy of it was put in place; restart, which "
            "repeats them",
            code="rgpd-replay",
        )
    return f"all {len(stones.committed())} erasures are in the database"


def after_setup() -> str:
    """Repeat what has to be repeated; the sentence of the setup step."""
    number = replay()
    return f"{number} repeated after a restore" if number else "nothing to repeat"


def after_restore(previous: Path | None) -> None:
    """Take over the tombstones of the folder that is replaced, and erase again what came back."""
    if previous is not None:
        take_over(previous)
    replay()
    with get(Acts).open("rgpd.expire", actor=SYSTEM) as act:
        act.get(People).expire(datetime.now(UTC).date())  # type: ignore[attr-defined]


def take_over(previous: Path) -> int:
    """Add the tombstones of a data folder that was replaced to this one's; return how many were missing here."""
    if not (previous / "rgpd").is_dir() or KEY not in get(Keys).beside(previous).names():
        return 0
    return _stones(get(AppInfo).data).merge(_stones(previous).committed())


def _stones(data: Path) -> Tombstones:
    keys = get(Keys)
    return Tombstones(data, Seal(keys if data == get(AppInfo).data else keys.beside(data)))


def _missing(stones: Tombstones) -> Sequence[Tombstone]:
    committed, unconfirmed = stones.committed(), stones.unconfirmed()
    if not committed and not unconfirmed:
        return []
    with get(Acts).open("rgpd.look", actor=SYSTEM) as act:
        known = set(act.session.scalars(select(DemandRow.id)))
    for stone in unconfirmed:
        if stone.demand in known:  # The process ended between the commit and the second line.
            stones.confirm(stone.demand)
    return [stone for stone in committed if stone.demand not in known]


def _repeat(stone: Tombstone) -> None:
    _erase_again(stone)
    settle()


def _erase_again(stone: Tombstone) -> None:
    with get(Acts).open("rgpd.replay", actor=SYSTEM) as act:
        outcome = act.get(People).fulfil(list(stone.subjects), stone)  # type: ignore[attr-defined]
        refused = {one.reason for one in outcome.erasures if one.refused}
        broken = [part for part in outcome.failed if part.reason not in refused]
        if broken:
            raise DihyaError(
                f"the erasure {stone.demand} came back with an old copy of the database and cannot be repeated: plugin "
                f"{broken[0].plugin!r} failed; mend it and start again",
                code="rgpd-replay",
            )
