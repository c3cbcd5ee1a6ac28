"""The folders of trials: who is in which, how far it is, and what is removed when it ends, however it ends.

The process that keeps a trial holds the lock of its folder; the kernel lets go of it when that process is gone. What stays
until the hour is over is one small file that says how it ended.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.trying import Trial, TrialEnd, TrialRole

PREFIX = "trial-"
FACTS, LOCK, SOCKET, LOG, END = "trial.json", ".lock", "socket", "log.txt", "end"
SAID = 300


@contextmanager
def alone(where: Path) -> Iterator[None]:
    """Keep everybody else from beginning or sweeping."""
    handle = os.open(where, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def add(where: Path, trial: Trial, more: Mapping[str, Any]) -> tuple[Path, int]:
    """Make the folder of a new trial; return it with the descriptor of its lock, which the keeper is to hold.

    Args:
        more: what the keeper needs to know besides, as JSON.
    """
    room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where))
    lock = os.open(room / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    write(room, trial, more)
    return room, lock


def write(room: Path, trial: Trial, more: Mapping[str, Any] | None = None) -> None:
    """Say how far the trial is; a reader sees the words of before or these, never half of them."""
    facts = asdict(trial) | {"begun": trial.begun.isoformat(), "ends": trial.ends.isoformat(), "more": dict(more or {})}
    beside = room / f"{FACTS}.new"
    beside.write_text(json.dumps(facts), "utf-8")
    beside.replace(room / FACTS)


def read(room: Path) -> tuple[Trial, dict[str, Any]] | None:
    """Return what a room says, and what the keeper needs besides; None where there is nothing, or half of it."""
    try:
        facts = json.loads((room / FACTS).read_text("utf-8"))
        more = facts.pop("more")
        roles = tuple(TrialRole(one["name"], Text(*one["title"])) for one in facts.pop("roles"))
        times = {name: datetime.fromisoformat(facts.pop(name)) for name in ("begun", "ends")}
        return Trial(**facts, **times, roles=roles), more
    except (OSError, ValueError, KeyError, TypeError):
        return None


def every(where: Path) -> Iterator[tuple[Path, Trial]]:
    """Yield each room with its trial, the oldest first."""
    found = [(room, told[0]) for room in where.glob(f"{PREFIX}*") if (told := read(room))]
    yield from sorted(found, key=lambda one: one[1].begun)


def close(room: Path, why: TrialEnd, said: str = "") -> None:
    """Remove everything in a room, and leave the word how the trial ended until its time would have been over."""
    told = read(room)
    for path in room.glob("*"):
        if path.name not in (FACTS, LOCK):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    if told:
        shown = "".join(letter for letter in said if letter.isprintable())
        write(room, replace(told[0], state="ended", roles=(), why=why, said=shown[-SAID:]))


def remove(room: Path) -> None:
    """Remove a room with all that is known of its trial."""
    shutil.rmtree(room, ignore_errors=True)


def sweep(where: Path, now: datetime | None = None) -> int:
    """Close what killed keepers left, and remove what is over; return how many rooms that were. Hold ``alone`` meanwhile."""
    now = now or datetime.now(UTC)
    return sum(_swept(room, now) for room in where.glob(f"{PREFIX}*"))


def sweep_alone(where: Path) -> None:
    """Sweep while nobody else begins or sweeps."""
    with alone(where):
        sweep(where)


def _swept(room: Path, now: datetime) -> bool:
    if kept(room):
        return False
    told = read(room)
    if told is None or now >= told[0].ends:
        shutil.rmtree(room, ignore_errors=True)
        return True
    if told[0].state == "ended":
        return False
    close(room, "stopped")
    return True


def kept(room: Path) -> bool:
    """Return whether a living process keeps this room."""
    with suppress(FileNotFoundError):
        lock = os.open(room / LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
    return False


def until(begun: datetime, seconds: float) -> datetime:
    """Return when a trial ends that began then."""
    return begun + timedelta(seconds=seconds)
