"""Runs the suite on a target: a bench, the checks inside of the sandbox, the checks that judge from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dihya_hookspecs.i18n import Text

from ..sandbox import Ending
from ..settings import Settings
from .bench import Bench
from .inside import BEGUN, answer, blocked, decoded
from .model import Check, Outcome, Result, not_checked
from .target import Target

TOTAL = 600
"""Seconds after which a run ends that its checks, each with a limit of its own, did not end."""
Heard = Callable[[Check], object]


def run(
    target: Target,
    checks: Mapping[str, Check],
    root: Path,
    settings: Settings,
    *,
    hide: tuple[str, ...] = (),
    heard: Heard = lambda check: None,
    patience: float = 1,
) -> list[Result]:
    """Return what became of each check, in their order. The code of the target runs in the sandbox only, or not at all.

    Args:
        root: an empty folder of ours.
        hide: paths that the target's code may not see wherever they lie.
        heard: told each check that is asked.
        patience: what every time limit is multiplied by, for a machine that is slow or busy.
    """
    bench = Bench(target, root, settings, hide=hide, patience=patience)
    if missing := bench.isolated():
        reason = Text(f"nothing is run: not isolated: {missing}", f"rien n’est exécuté : pas d’isolation : {missing}")
        found = {name: (not_checked(reason), 0.0) for name in checks}
    else:
        found = _inside(bench, {name: one for name, one in checks.items() if not one.outside}, heard)
        found |= _outside(bench, {name: one for name, one in checks.items() if one.outside}, found, heard)
    exempt = target.said.exempt
    return [Result(one, *found[name]).exempted(exempt.get(name, "")) for name, one in checks.items()]


def _inside(bench: Bench, wanted: Mapping[str, Check], heard: Heard) -> dict[str, tuple[Outcome, float]]:
    """Run these in the sandbox; where the run is cut off, blame who was running, and go on with the others."""
    found: dict[str, tuple[Outcome, float]] = {}
    while waiting := [name for name in wanted if name not in found]:
        source = "project" if bench.target.source else ""
        order = {
            "name": bench.target.name, "wheel": bench.target.parcel.path.name, "source": source, "checks": waiting,
            "states": {name: outcome.state for name, (outcome, _) in found.items()}, "patience": bench.patience,
        }  # fmt: skip
        (bench.desk / "order.json").write_text(json.dumps(order), encoding="utf-8")
        ending = bench.run(["dihya_tests.suite.inside", "order.json"], seconds=TOTAL * bench.patience)
        begun, ended = _told(ending, wanted)
        found |= ended
        for name in begun:
            heard(wanted[name])
        if not ended.keys() >= set(waiting):
            blamed = [name for name in begun if name not in ended] or waiting
            said = ending.stopped or f"exit code {ending.code}"
            reason = Text(f"its run was cut off: {said}", f"son exécution a été interrompue : {said}")
            found |= {name: (not_checked(reason), ending.seconds) for name in blamed}
    return found


def _told(ending: Ending, wanted: Mapping[str, Check]) -> tuple[list[str], dict[str, tuple[Outcome, float]]]:
    """Return which checks were begun, and the outcome of those that were ended; a line that is none is left out."""
    begun, ended = [], {}
    for line in ending.witness.splitlines():
        try:
            said = json.loads(line)
            if said["name"] == BEGUN:
                begun += [said["check"]] if said["check"] in wanted else []
            elif said["name"] in wanted:
                ended[said["name"]] = (decoded(said), float(said["seconds"]))
        except (ValueError, KeyError, TypeError):
            continue
    return begun, ended


def _outside(
    bench: Bench, wanted: Mapping[str, Check], found: Mapping[str, tuple[Outcome, float]], heard: Heard
) -> dict[str, tuple[Outcome, float]]:
    """Ask what starts sandboxed runs of its own, one after the other."""
    known = {name: outcome.state for name, (outcome, _) in found.items()}
    ended: dict[str, tuple[Outcome, float]] = {}
    for name, check in wanted.items():
        heard(check)
        start = time.monotonic()
        needs = [need for need in check.needs if known.get(need) != "passed"]
        outcome = blocked(needs) if needs else answer(check, bench)
        ended[name] = (outcome, round(time.monotonic() - start, 3))
        known[name] = outcome.state
    return ended
