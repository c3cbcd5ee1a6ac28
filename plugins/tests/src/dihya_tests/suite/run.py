"""Runs the suite on a target: a bench, the checks inside of the sandbox, the checks that judge from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from threading import Condition, Thread

from dihya_hookspecs.i18n import Text

from ..settings import Settings
from .bench import Bench
from .inside import BEGUN, answer, blocked, decoded
from .model import APART, Check, Outcome, Result, State, not_checked
from .target import Target

TOTAL = 600
"""Seconds after which a run ends that its checks, each with a limit of its own, did not end."""
Heard = Callable[[Check], object]
Ended = Callable[[Result], object]
Found = tuple[Outcome, float]


def run(
    target: Target,
    checks: Mapping[str, Check],
    root: Path,
    settings: Settings,
    *,
    hide: tuple[str, ...] = (),
    heard: Heard = lambda check: None,
    ended: Ended = lambda result: None,
    patience: float = 1,
    sparing: bool = False,
    known: Mapping[str, State] | None = None,
    bench: Bench | None = None,
) -> list[Result]:
    """Return what became of each check, in their order. The code of the target runs in the sandbox only, or not at all.

    Args:
        root: an empty folder of ours.
        hide: paths that the target's code may not see wherever they lie.
        heard: told each check that is asked.
        ended: told each result when it is there, in whichever thread.
        patience: what every time limit is multiplied by, for a machine that is slow or busy.
        sparing: True for what was made of declarations: of those that are alike one is attacked, checks share applications,
            and those that judge from outside do so meanwhile.
        known: states of checks that are needed and were asked earlier.
        bench: where the target is run, if it is there already.
    """
    bench = bench or Bench(target, root, settings, hide=hide, patience=patience)
    board = _Board(checks, target.said.exempt, heard, ended, dict(known or {}))
    if missing := bench.isolated():
        reason = Text(f"nothing is run: not isolated: {missing}", f"rien n’est exécuté : pas d’isolation : {missing}")
        for name in checks:
            board.put(name, not_checked(reason), 0.0)
        return board.results()
    outside = Thread(target=_outside, args=(bench, board))
    if sparing:
        outside.start()
    try:
        _inside(bench, board, sparing=sparing)
    finally:
        board.closed()
        outside.join() if sparing else _outside(bench, board)
    return board.results()


class _Board:
    """What was found so far: the checks in the sandbox and those from outside write on it, and wait for each other."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        exempt: Mapping[str, str],
        heard: Heard,
        ended: Ended,
        known: dict[str, State],
    ) -> None:
        self.checks, self.exempt, self.heard, self.ended = checks, exempt, heard, ended
        self.states, self._found, self._begun = known, dict[str, Found](), set[str]()
        self._changed, self._over = Condition(), False

    def begin(self, name: str) -> None:
        """Tell that a check is asked, once."""
        with self._changed:
            if name not in self._begun:
                self._begun.add(name)
                self.heard(self.checks[name])

    def put(self, name: str, outcome: Outcome, seconds: float) -> None:
        """Note what was found, unless it was noted before."""
        with self._changed:
            if name in self._found:
                return
            self._found[name], self.states[name] = (outcome, seconds), outcome.state
            self.ended(self._result(name))
            self._changed.notify_all()

    def closed(self) -> None:
        """Tell that nothing more comes from inside of the sandbox."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return those that have not passed, once each has a state or gets none."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or all(name in self.states for name in names))
            return [name for name in names if self.states.get(name) != "passed"]

    def waiting(self, *, outside: bool) -> list[str]:
        """Return which checks have no outcome yet."""
        return [name for name, one in self.checks.items() if one.outside is outside and name not in self._found]

    def results(self) -> list[Result]:
        """Return what became of each check, in their order."""
        return [self._result(name) for name in self.checks]

    def _result(self, name: str) -> Result:
        outcome, seconds = self._found[name]
        return Result(self.checks[name], outcome, seconds).exempted(self.exempt.get(name) or _apart(outcome))


def _apart(outcome: Outcome) -> str:
    """Return the reasons for what a check that passed did not look at."""
    return "; ".join(f"{what}: {why}" for what, why in outcome.data.get(APART, {}).items())


def _inside(bench: Bench, board: _Board, *, sparing: bool) -> None:
    """Run checks in the sandbox; where the run is cut off, blame who was running, and go on with the others."""
    while waiting := board.waiting(outside=False):
        source = "project" if bench.target.source else ""
        order = {
            "name": bench.target.name, "wheel": bench.target.parcel.path.name, "source": source, "checks": waiting,
            "states": board.states, "patience": bench.patience, "sparing": sparing,
        }  # fmt: skip
        (bench.desk / "order.json").write_text(json.dumps(order), encoding="utf-8")
        begun: list[str] = []
        hear = partial(_hear, board, begun)
        ending = bench.run(["dihya_tests.suite.inside", "order.json"], seconds=TOTAL * bench.patience, heard=hear)
        if left := board.waiting(outside=False):
            blamed = [name for name in begun if name in left] or left
            said = ending.stopped or f"exit code {ending.code}"
            reason = Text(f"its run was cut off: {said}", f"son exécution a été interrompue : {said}")
            for name in blamed:
                board.put(name, not_checked(reason), ending.seconds)


def _hear(board: _Board, begun: list[str], line: str) -> None:
    """Note what a run says on its pipe: a check that begins, or one that ended; a line that is neither is left out."""
    try:
        said = json.loads(line)
        if said["name"] == BEGUN and said["check"] in board.checks:
            begun.append(said["check"])
            board.begin(said["check"])
        elif said["name"] in board.checks:
            board.put(said["name"], decoded(said), float(said["seconds"]))
    except (ValueError, KeyError, TypeError):
        return


def _outside(bench: Bench, board: _Board) -> None:
    """Ask what starts sandboxed runs of its own, one after the other."""
    for name in board.waiting(outside=True):
        check = board.checks[name]
        missing = board.missing(check.needs)
        board.begin(name)
        start = time.monotonic()
        outcome = blocked(missing) if missing else answer(check, bench)
        board.put(name, outcome, round(time.monotonic() - start, 3))
