"""One run of ``dihya check`` in this installation: where it works, and what it remembers of unchanged plugins."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.keys import Keys
from pydantic import ValidationError

from .. import work
from ..settings import Settings
from . import statement, trial
from .model import Check
from .registry import chosen
from .report import Report, reported, subject_of
from .run import run
from .target import Target, digest_of, resolve

KEY = "tests"
PLACE = "statements"


class Session:
    """What was asked for.

    Attributes:
        give: names of variables whose folder the plugin's own tests may read, where it declares them.
        since: the date of the statement that stands in the place of a run; empty where it was run.
    """

    def __init__(
        self,
        said: str,
        column: str | None = None,
        tests: Path | None = None,
        *,
        again: bool = False,
        patience: float = 1,
        give: Container[str] = (),
    ) -> None:
        self.said, self.column, self.tests, self.again, self.patience = said, column, tests, again, patience
        self.give = give
        self.data = get(AppInfo).data
        self.since = ""

    def report(self, *, heard: Callable[[Check], object] = lambda check: None) -> Report:
        """Return what was found, now or by the statement that still stands. Raises Invalid for what is no plugin."""
        wanted = chosen(self.column)
        with ExitStack() as stack:
            root = stack.enter_context(work.folder(work.place(self.data)))
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=root)))
            target = resolve(self.said, place, tests=self.tests, without=[self.data], give=self.give)
            if not (self.again or self.column) and (found := self._remembered(target)):
                return found
            desk = Path(tempfile.mkdtemp(prefix="run-", dir=root))
            began, start = datetime.now(UTC), monotonic()
            hide = (str(self.data),)
            results = run(target, wanted, desk, get(Settings), hide=hide, heard=heard, patience=self.patience)
            report = reported(target, results, began, monotonic() - start)
            if report.whole:
                self._remember(report)
            return report

    def statement(self, report: Report) -> str:
        """Return the signed statement of a report. Raises DihyaError where nobody keeps keys here."""
        return statement.signed(statement.stated(report), get(Keys).create(KEY, label="dihya-check"))

    def _remembered(self, target: Target) -> Report | None:
        """Return the report of an earlier run that would find the same, when it is what was signed."""
        kept = self._kept(target.parcel.sha256)
        try:
            report = Report.model_validate_json((kept / "report.json").read_bytes())
            found = statement.opened((kept / "statement.json").read_text("utf-8"), own_keys())
        except (OSError, ValidationError, Invalid):
            return None
        claimed = statement.stated(report) if report.whole else None
        if claimed is None or claimed.checks != found.statement.checks or claimed.columns != found.statement.columns:
            return None
        if not statement.stands(found, subject_of(target)):
            return None
        self.since = f"{found.statement.date:%Y-%m-%d}"
        return report

    def _remember(self, report: Report) -> None:
        """Keep report and statement; where nobody keeps keys, nothing is remembered."""
        try:
            text = self.statement(report)
        except DihyaError:
            return
        kept = self._kept(report.subject.wheel_sha256)
        kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        (kept / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
        (kept / "statement.json").write_text(text, encoding="utf-8")

    def _kept(self, digest: str) -> Path:
        return self.data / PLACE / digest


def verified(text: str, folder: Path, known: set[str]) -> statement.Verified:
    """Return the statement when it is about exactly this folder, whatever a proof left in it. Raises Invalid; nothing is built or run."""
    found = statement.opened(text, known)
    data = get(AppInfo).data
    with work.folder(work.place(data)) as root:
        work.copy(folder, root / "project", without=[root, data])
        statement.demand_folder(found.statement, digest_of(root / "project"))
    return found


def own_keys() -> set[str]:
    """Return the public keys of this installation that sign statements."""
    try:
        return {base64.b64encode(key.public).decode() for key in get(Keys).public(KEY)}
    except (NotFound, DihyaError):
        return set()


def tried(folder: Path, column: str | None, patience: float = 1) -> Iterator[trial.Trial]:
    """Yield what became of each mutant and each good plugin of a folder."""
    data = get(AppInfo).data
    with work.folder(work.place(data)) as root:
        yield from trial.tried(folder, root, get(Settings), column=column, hide=(str(data),), patience=patience)
