"""Runs of the suite on the plugins of a repository: to record them, to doubt what is recorded, and to sign it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.keys import Keys

from ..suite import session, statement
from . import record as records
from .standing import STATEMENTS, standing

GREEN = ("passed", "exempt")


def due(folders: Sequence[Path], docs: Path) -> list[Path]:
    """Return the plugins without a record that counts, or whose tests changed since."""
    found = standing(folders, docs, get(AppInfo).data)
    return [one.folder for one in found if one.flaw or one.retested]


def recorded(chosen: Sequence[Path], docs: Path, *, minutes: float | None, patience: float) -> Iterator[str]:
    """Run the suite on plugins and write the record of each as soon as it is there; yield a line for each."""
    for folder in _in_time(chosen, minutes):
        if isinstance(folder, str):
            yield folder
            continue
        record = _ran(folder, patience, again=False)
        path = docs / STATEMENTS / f"{folder.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(records.written(record), encoding="utf-8")
        states = list(record.statement.columns.values())
        yield f"{folder.name}: {sum(state in GREEN for state in states)}/{len(states)}, {record.seconds:.0f} s"


def compared(
    chosen: Sequence[Path], docs: Path, *, minutes: float | None, patience: float
) -> Iterator[tuple[str, bool]]:
    """Run the suite again; yield a line for each plugin, and whether all that is recorded as earned was earned again."""
    for folder in _in_time(chosen, minutes):
        if isinstance(folder, str):
            yield folder, True
            continue
        path = docs / STATEMENTS / f"{folder.name}.json"
        if not path.exists():
            said = _("nothing is recorded")
            yield f"{folder.name}: {said}", True
            continue
        try:
            known = records.read(path)
        except Invalid as error:
            yield f"{folder.name}: {error.message}", False
            continue
        now = _ran(folder, patience, again=True)
        lost, unasked = lost_marks(known, now, "failed"), lost_marks(known, now, "not_checked")
        said = "; ".join([*lost, *unasked]) or _("earned again")
        yield f"{folder.name}: {said}", not lost


def lost_marks(known: records.Record, now: records.Record, state: str) -> list[str]:
    """Return what was recorded as earned and is in this state now; a check that went since is left out.

    What a slow machine, or one without a tool, could not ask is *not checked*: it is said, and takes no mark away.
    """
    found, claims = [], now.statement.checks
    for name, claim in known.statement.checks.items():
        if claim.state in GREEN and name in claims and claims[name].state == state:
            found.append(f"{name} {claims[name].state}: {now.found[name].evidence.en}")
    return found


def signed(folders: Sequence[Path], docs: Path) -> Iterator[tuple[str, str]]:
    """Yield name and signed statement of each plugin. Raises DihyaError before the first where one does not count."""
    found = list(standing(folders, docs, get(AppInfo).data))
    if flaws := [f"{one.name}: {one.flaw}" for one in found if one.flaw]:
        raise DihyaError(f"not signed: {'; '.join(flaws)}; run 'dihya marks run' first", code="stale")
    key = get(Keys).create(session.KEY, label="dihya-check")
    for one in found:
        if one.record is not None:
            yield one.name, statement.signed(one.record.statement, key)


def _in_time(chosen: Sequence[Path], minutes: float | None) -> Iterator[Path | str]:
    """Yield the plugins as long as there is time, and then a sentence that names those that are left."""
    start = monotonic()
    for number, folder in enumerate(chosen):
        if minutes is not None and monotonic() - start > minutes * 60:
            left = ", ".join(each.name for each in chosen[number:])
            yield _("not run in %(minutes)g minutes: %(names)s", minutes=minutes, names=left)
            return
        yield folder


def _ran(folder: Path, patience: float, *, again: bool) -> records.Record:
    """Run the suite on a plugin of this repository; its tests read the folders that it declares, as they do without the suite."""
    run = session.Session(str(folder), again=again, patience=patience, give=os.environ)
    return records.recorded(run.report(), run.data, Path.cwd())
