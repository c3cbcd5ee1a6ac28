"""Runs the suite on every mutant and every good plugin of a folder, two at a time."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..settings import Settings
from . import mutants
from .registry import chosen
from .run import run
from .target import Target, resolve

TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """What was said of one plugin.

    Attributes:
        meant: the check that is meant for its defect; empty for a good plugin.
        flaw: what is wrong with what was said; empty where nothing is.
    """

    name: str
    meant: str
    seconds: float
    flaw: str


def tried(
    folder: Path,
    root: Path,
    settings: Settings,
    *,
    column: str | None = None,
    hide: tuple[str, ...] = (),
    patience: float = 1,
) -> Iterator[Trial]:
    """Yield what became of each mutant, and of each good plugin, as they end.

    Args:
        root: a folder of ours.
        column: try the mutants of one column only, and the good plugins in it.
        patience: what every time limit is multiplied by.
    """
    given = {"hide": hide, "patience": patience}
    wanted = [one for one in mutants.read(folder) if column is None or one.caught_by in chosen(column)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        yield from pool.map(lambda one: mutant(one, folder, root, settings, **given), wanted)
        yield from pool.map(lambda one: good(one, root, settings, column=column, **given), mutants.good(folder))


def mutant(
    one: mutants.Mutant,
    folder: Path,
    root: Path,
    settings: Settings,
    *,
    alone: bool = False,
    hide: tuple[str, ...] = (),
    patience: float = 1,
) -> Trial:
    """Make one mutant, run the suite on it, and compare.

    Args:
        alone: ask only the check that is meant for it, and those that this one needs.
    """
    start, place = time.monotonic(), Path(tempfile.mkdtemp(prefix="mutant-", dir=root))
    try:
        target = _target(one, folder, place)
        desk = _empty(place, f"run-{place.name}")
        found = run(target, mutants.asked(one, alone=alone), desk, settings, hide=hide, patience=patience)
        return Trial(one.name, one.caught_by, time.monotonic() - start, mutants.misjudged(one, found))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _target(one: mutants.Mutant, folder: Path, place: Path) -> Target:
    target = resolve(str(mutants.made(one, folder, place)), _empty(place, "target"))
    if not one.wheel:
        return target
    return resolve(str(target.parcel.path), _empty(place, "wheel"), tests=folder / mutants.GOOD / one.base)


def good(
    folder: Path,
    root: Path,
    settings: Settings,
    *,
    column: str | None = None,
    hide: tuple[str, ...] = (),
    patience: float = 1,
) -> Trial:
    """Run the whole suite on a plugin without a defect; whatever is not green, or warned of, is a flaw of the suite."""
    start, place = time.monotonic(), Path(tempfile.mkdtemp(prefix="good-", dir=root))
    try:
        target = resolve(str(folder), _empty(place, "target"))
        desk = _empty(place, f"run-{place.name}")
        found = run(target, chosen(column), desk, settings, hide=hide, patience=patience)
        flaws = [
            f"{one.check.name} {one.state}: {one.outcome.evidence.en}"
            for one in found
            if one.state != "passed" or one.warnings
        ]
        return Trial(folder.name, "", time.monotonic() - start, "; ".join(flaws))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _empty(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir()
    return folder
