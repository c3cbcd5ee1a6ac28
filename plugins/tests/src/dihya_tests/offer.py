"""The proof of a generated plugin: the whole suite; what could hurt somebody before it is offered, the rest afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.generation import Check as Line
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import Keys
from pydantic import ValidationError

from . import sandbox
from .checks import KEPT, REPORT, STATEMENT
from .settings import Settings
from .suite import statement
from .suite.bench import Bench
from .suite.model import Check, Outcome, Result, State, failed, not_checked, passed
from .suite.registry import checks
from .suite.report import Report, reported
from .suite.run import run
from .suite.target import Target, resolve

LATER = ("tests.can-fail", "tests.postgresql", "accessible.axe")
"""The plugin's own tests again, many times, and pages in a browser; nobody is hurt by a test that is missing, or by a colour."""
PATIENCE = 4
"""What the time limit of a check is multiplied by: a busy machine is no fault of the plugin."""
Heard = Callable[[Line], object]


def _rehearsed(bench: Bench) -> Outcome:
    """Run the migrations in a process of their own."""
    log = bench.root / "rehearsal.txt"
    ending = bench.run(["dihya_tests.rehearsal", bench.target.name], seconds=60 * bench.patience, log=log)
    if ending.code == 0 and not ending.stopped:
        said = ending.witness.strip()
        return passed(f"up, down and up again, with {said} rows", f"aller, retour, aller, avec {said} lignes")
    said = ending.stopped or log.read_text("utf-8", "replace").strip()[-500:]
    return failed(said, said)


MIGRATIONS = Check(
    "extensible.migrations",
    Text(
        "its migrations make the tables of its models, take them away with rows in them, and make them again",
        "ses migrations créent les tables de ses modèles, les retirent avec des lignes dedans, et les créent de nouveau",
    ),
    _rehearsed,
    Text("run 'dihya db upgrade' and 'dihya db downgrade'", "lancez « dihya db upgrade » et « dihya db downgrade »"),
    needs=("extensible.starts",),
    outside=True,
)
"""Asked of generated plugins, whose migrations nobody has read. It is no line of a statement."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One generated plugin that is proven.

    Args:
        project: a copy of its folder.
        root: a folder of ours, in which ``project`` lies.
        log: receives what its own tests print.
        hidden: paths that its code may not see.
    """

    project: Path
    root: Path
    settings: Settings
    limits: sandbox.Limits
    log: Path
    hidden: tuple[str, ...]

    def proven(self, heard: Heard, kept: Path | None) -> list[Line]:
        """Run what comes before the offer, and return a line for each check, each test, and what is left for later."""
        target = self._target()
        wanted = {name: one for name, one in checks().items() if name not in LATER} | {MIGRATIONS.name: MIGRATIONS}
        wanted = dict(
            sorted(wanted.items(), key=lambda item: -item[1].seconds)
        )  # what takes long is not left for the end
        began, start = datetime.now(UTC), monotonic()
        bench, results = self._run(target, wanted, {}, heard)
        lines = [line(one) for one in results] + list(bench.own_tests.tests)
        left = [Result(checks()[name], not_checked(NOT_YET), 0.0) for name in LATER]
        if kept is not None:
            ours = {one.check.name: one for one in [*results, *left] if one.check.name in checks()}
            keep(reported(target, [ours[name] for name in checks()], began, monotonic() - start), kept)
        for one in map(line, left):
            heard(one)
            lines.append(one)
        return lines

    def finished(self, heard: Heard, kept: Path) -> list[Line]:
        """Run what was left for later, write report and statement anew, and return these lines."""
        report, target = opened(kept), self._target()
        if report.subject.wheel_sha256 != target.parcel.sha256:
            raise Invalid("the report is about another plugin than the folder holds", code="kept")
        states = {one.name: one.state for one in report.checks}
        start = monotonic()
        _bench, results = self._run(target, {name: checks()[name] for name in LATER}, states, heard)
        anew = {one.name: one for one in reported(target, results, report.began, 0).checks}
        lines = [anew.get(one.name, one) for one in report.checks]
        keep(report.together(lines, report.seconds + monotonic() - start), kept)
        return [line(one) for one in results]

    def _target(self) -> Target:
        place = self.root / "target"
        place.mkdir()
        target = resolve(str(self.project), place)
        return replace(target, said=replace(target.said, seconds=self.limits.seconds / PATIENCE))

    def _run(
        self, target: Target, wanted: Mapping[str, Check], known: Mapping[str, State], heard: Heard
    ) -> tuple[Bench, list[Result]]:
        desk = self.root / "run"
        desk.mkdir()
        bench = Bench(target, desk, self.settings, hide=self.hidden, patience=PATIENCE)
        bench.limits = replace(self.limits, seconds=bench.limits.seconds)
        results = run(
            target, wanted, desk, self.settings, bench=bench, ended=lambda one: heard(line(one)), sparing=True, known=known
        )  # fmt: skip
        if (said := desk / "tests-sqlite.txt").is_file():
            self.log.write_bytes(said.read_bytes())
        return bench, results


NOT_YET = Text("not checked yet", "pas encore vérifié")


def line(result: Result) -> Line:
    """Return a result as a line of a proof; of what comes later, *not checked yet* is no failure."""
    one, said = result.check, result.outcome.evidence
    waits = one.name in LATER and said == NOT_YET
    if result.state == "exempt":
        said = Text(result.exempt, result.exempt)
    return Line(
        one.sentence.en, result.state in ("passed", "exempt"), result.seconds, said.en, check=one.name,
        french=(one.sentence.fr, said.fr), later=waits,
        unchecked=one.name in LATER and result.state == "not_checked" and not waits,
    )  # fmt: skip


def keep(report: Report, kept: Path) -> None:
    """Write report and statement where they shall stand in the plugin; where nobody keeps keys, there is no statement."""
    (kept / REPORT).parent.mkdir(parents=True, exist_ok=True)
    (kept / REPORT).write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (kept / STATEMENT).unlink(missing_ok=True)
    try:
        signer = get(Keys).create("tests", label="dihya-check")
    except (DihyaError, LookupError):  # nobody keeps keys, or there is no application at all
        return
    (kept / STATEMENT).write_text(statement.signed(statement.stated(report), signer), encoding="utf-8")


def opened(kept: Path) -> Report:
    """Return the report that was kept. Raises Invalid for none."""
    try:
        return Report.model_validate_json((kept / REPORT).read_bytes())
    except (OSError, ValidationError) as error:
        raise Invalid(f"there is no report of the proof in {KEPT}; prove the plugin anew", code="kept") from error
