"""Where a target is checked: its environment, a desk that sandboxed runs get a copy of, and what they share."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from .. import checks as reading
from .. import environment, sandbox, sources, verdict
from ..prover import CONTROL
from ..settings import Settings
from ..view import View
from .fresh import last
from .target import Target, copied, tests_beside

MEMORY_MB = 1500
PYTEST = (
    "pytest", "tests", "-q", "--color=no", "--import-mode=importlib", "-p", "no:cacheprovider",
    "-p", "dihya_tests.kit", "-p", "dihya_tests.witness",
    "-o", "tmp_path_retention_policy=failed",  # what is written is memory, and a test that passed needs it no more
)  # fmt: skip


class Bench:
    """One target in an environment of its own; only sandboxed runs load its code.

    Attributes:
        root: a folder of ours; everything lies in it.
        desk: what runs find in their working folder: the wheel, and the sources.
        patience: what every time limit is multiplied by.
    """

    def __init__(
        self, target: Target, root: Path, settings: Settings, *, hide: tuple[str, ...] = (), patience: float = 1
    ) -> None:
        self.target, self.root, self.hide, self.patience = target, root, hide, patience
        self.limits = sandbox.Limits(600, MEMORY_MB, settings.file_mb, settings.log_kb, settings.disk_mb)
        self.environment = environment.install(root, target.parcel.path.read_bytes(), target.name, dict(os.environ))
        self.desk = root / "desk"
        self.desk.mkdir()
        (self.desk / target.parcel.path.name).write_bytes(target.parcel.path.read_bytes())
        if target.source is not None:
            copied(target.source, self.desk / "project")

    def run(
        self,
        arguments: Sequence[str],
        *,
        seconds: float,
        memory_mb: int = MEMORY_MB,
        show: Sequence[str] = (),
        log: Path | None = None,
        heard: Callable[[str], object] = lambda line: None,
    ) -> sandbox.Ending:
        """Run ``python -P -m ARGUMENTS`` on the desk, in the environment and the sandbox; nothing runs where it is not isolated.

        Args:
            show: what else of the machine it may read.
            heard: told each line that the run writes on its pipe, when it does, in another thread.
        """
        limits = replace(self.limits, seconds=seconds, memory_mb=memory_mb)
        return self._run(["-m", *arguments], limits, self.desk, log or self.root / "log.txt", show=show, heard=heard)

    def run_tests(self, arguments: Sequence[str], *, seconds: float, cwd: Path, log: Path) -> sandbox.Ending:
        """Run ``python -P ARGUMENTS`` on a copy of *cwd* in the same way; what runs may read the folders that were given."""
        folders, limits = self.target.folders, replace(self.limits, seconds=seconds)
        return self._run(arguments, limits, cwd, log, show=tuple(folders.values()), variables=folders)

    def _run(
        self,
        arguments: Sequence[str],
        limits: sandbox.Limits,
        cwd: Path,
        log: Path,
        *,
        show: Sequence[str],
        variables: Mapping[str, str] = MappingProxyType({}),
        heard: Callable[[str], object] = lambda line: None,
    ) -> sandbox.Ending:
        made = self.environment
        return sandbox.run(
            [str(made.python), "-P", *arguments], cwd=cwd, env={**made.env, **variables}, limits=limits, log=log,
            view=View(show=(str(made.folder), *show), hide=self.hide), heard=heard,
        )  # fmt: skip

    def last_words(self) -> str:
        """Return the last line that a run on the desk said."""
        log = self.root / "log.txt"
        return last(log.read_text("utf-8", "replace") if log.is_file() else "")

    @property
    def withheld(self) -> dict[str, str]:
        """Return variable → content of the folders that the plugin's own tests read and that nobody gave them."""
        declared, given = self.target.said.folders, self.target.folders
        return {name: content for name, content in declared.items() if name not in given}

    def set_apart(self, project: Path) -> None:
        """Take away, from a copy, the tests that its author set apart."""
        for path in self.target.said.apart:
            (project / path).unlink(missing_ok=True)

    def isolated(self) -> str:
        """Try from inside, with nothing of the target there; return what is not kept away, or nothing."""
        empty = self.root / "empty"
        empty.mkdir(exist_ok=True)
        ending = sandbox.run(
            [sys.executable, "-I", "-S", "-c", ""], cwd=empty, env={}, limits=self.limits, log=self.root / "log.txt",
            view=View(hide=self.hide),
        )  # fmt: skip
        return ending.open

    @property
    def own_seconds(self) -> float:
        """How long the plugin's own tests may take here."""
        return self.target.said.seconds * self.patience

    @cached_property
    def own_tests(self) -> OwnTests:
        """The run of the plugin's own tests against its wheel; several checks judge it."""
        return OwnTests(self)

    @cached_property
    def own_tests_on_postgresql(self) -> OwnTests:
        """The same tests, their applications on a PostgreSQL that starts in the sandbox and ends with it."""
        return OwnTests(self, "postgresql")


class OwnTests:
    """One run of a plugin's own tests, with one beside them that must fail.

    Args:
        engine: of the applications under test: ``sqlite`` or ``postgresql``.
    """

    def __init__(self, bench: Bench, engine: str = "sqlite") -> None:
        self.there = tests_beside(bench.target)
        if not self.there:
            return
        assert bench.target.source is not None
        project = copied(bench.target.source, bench.root / f"tested-{engine}")
        bench.set_apart(project)
        files = reading.read(project)
        (project / "src").rename(bench.root / f"sources-{engine}")  # what is tested is what is installed
        token = secrets.token_hex(8)
        file = project / "tests" / f"test_zz_{token}.py"
        file.write_text(CONTROL.format(token=token), encoding="utf-8")
        log = bench.root / f"tests-{engine}.txt"
        command = ["-m", *PYTEST, "--database", engine]
        self.ending = bench.run_tests(command, seconds=bench.own_seconds, cwd=project, log=log)
        control = f"tests/{file.name}::test_must_fail_{token}"
        *self.tests, self.passed, self.network, self.limits = verdict.judge(
            self.ending,
            self.ending,
            sources.counted(files),
            control,
            replace(bench.limits, seconds=bench.own_seconds),
            log,
        )
