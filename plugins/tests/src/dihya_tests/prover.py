"""Proves a plugin: reads it, builds it, installs it in a fresh environment, and runs its tests in a sandbox."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.generation import Check

from . import checks, environment, sandbox, sources, titles, verdict, work
from .settings import Settings
from .view import View

if TYPE_CHECKING:
    from .offer import Offer

Heard = Callable[[Check], object]
CONTROL = '''"""Written by the proof: a run that tells failures apart must report this one."""


def test_must_fail_{token}():
    """This failure is wanted: if the run reports anything else, something changes its reports."""
    raise AssertionError("{token}")
'''


class SandboxProver:
    """Implements ``Prover``."""

    def __init__(self, settings: Settings, data: Path | None = None) -> None:
        self.settings, self.data = settings, data

    @classmethod
    def from_container(cls, svcs_container: object) -> SandboxProver:
        """Build the service inside an act."""
        get = svcs_container.get  # type: ignore[attr-defined]
        return cls(get(Settings), get(AppInfo).data)

    def prove(
        self,
        folder: Path,
        *,
        seconds: float = 180,
        memory_mb: int = 1500,
        log: Path | None = None,
        generated: bool = False,
        accept_unisolated: bool = False,
        heard: Heard = lambda check: None,
        kept: Path | None = None,
    ) -> Sequence[Check]:
        """Return one line for each check and each test. Raises Invalid when *folder* holds no plugin.

        A plugin is not run when its sources do what they may not do, or when the kernel does not isolate and nobody
        accepted that; its tests are then one failed line that says so.
        """
        with self._proof(folder, seconds, memory_mb, log) as proof:
            return proof.lines(heard, kept, generated=generated, accepted=accept_unisolated)

    def finish(
        self,
        folder: Path,
        *,
        kept: Path,
        seconds: float = 180,
        memory_mb: int = 1500,
        heard: Heard = lambda check: None,
    ) -> Sequence[Check]:
        """Run what was left for later. Raises Invalid when *kept* is about another plugin, or cannot be read."""
        with self._proof(folder, seconds, memory_mb, None) as proof:
            return proof.offer().finished(heard, kept)

    @contextmanager
    def _proof(self, folder: Path, seconds: float, memory_mb: int, log: Path | None) -> Iterator[_Proof]:
        limits = sandbox.Limits(seconds, memory_mb, self.settings.file_mb, self.settings.log_kb, self.settings.disk_mb)
        checks.demand_project(folder)
        with work.folder(work.place(self.data)) as root:
            project = root / "project"
            work.copy(folder, project, without=[root, *([self.data] if self.data else [])])
            for path in checks.KEPT:  # of an earlier proof
                (project / path).unlink(missing_ok=True)
            hidden = (str(self.data),) if self.data else ()
            yield _Proof(root, project, checks.read(project), limits, log or root / "log.txt", hidden, self.settings)


class _Proof:
    """One proof of one copy of a plugin."""

    def __init__(
        self,
        root: Path,
        project: Path,
        files: sources.Files,
        limits: sandbox.Limits,
        log: Path,
        hidden: tuple[str, ...],
        settings: Settings,
    ) -> None:
        self.root, self.project, self.files, self.limits, self.log = root, project, files, limits, log
        self.hidden, self.name, self.settings = hidden, checks.plugin_name(files), settings

    def lines(self, heard: Heard, kept: Path | None, *, generated: bool, accepted: bool) -> list[Check]:
        """Return every line; the first says whether what runs is kept away from the machine."""
        isolated, whole = self._isolation(generated=generated, accepted=accepted)
        read = checks.static_checks(self.files, generated=generated or checks.is_generated(self.files))
        found = told([isolated, *read], heard)
        if refused := checks.guarding(found):
            not_run = titles.line(titles.TESTS_PASS, False, 0.0, titles.NOT_RUN, lines=", ".join(refused))
            return [*found, *told([not_run], heard)]
        if generated and whole:
            return [*found, *self._offered(heard, kept)]
        return [*found, *told(self._run(required=not (generated or accepted)), heard)]

    def _offered(self, heard: Heard, kept: Path | None) -> list[Check]:
        """Run the suite of what the application wrote itself."""
        try:
            return self.offer().proven(heard, kept)
        except (DihyaError, OSError, subprocess.SubprocessError) as error:
            return told([Check(titles.INSTALLS, False, 0.0, _sentence(error))], heard)

    def offer(self) -> Offer:
        """Return the proof of the whole suite."""
        from .offer import Offer

        return Offer(self.project, self.root, self.settings, self.limits, self.log, self.hidden)

    def _isolation(self, *, generated: bool, accepted: bool) -> tuple[Check, bool]:
        """Try from inside, with nothing untrusted there, what could be reached; return the line, and whether nothing could."""
        start = time.perf_counter()
        empty = self._empty()
        ending = sandbox.run(
            [sys.executable, "-I", "-S", "-c", ""], cwd=empty, env={}, limits=self.limits, log=self.log,
            view=View(hide=self.hidden),
        )  # fmt: skip
        seconds = time.perf_counter() - start
        if ending.isolated:
            return titles.line(titles.ISOLATED, True, seconds, titles.KEPT_AWAY), True
        words = titles.HOUSE_CODE if generated else titles.ACCEPTED if accepted else titles.NOT_ISOLATED
        return titles.line(titles.ISOLATED, generated or accepted, seconds, words, missing=ending.open), False

    def _run(self, *, required: bool) -> list[Check]:
        """Install the copy, look at it from inside, run its tests."""
        start = time.perf_counter()
        try:
            made = environment.create(self.root, self.project, self.name, dict(os.environ), required=required)
        except (DihyaError, OSError, subprocess.SubprocessError) as error:
            return [Check(titles.INSTALLS, False, time.perf_counter() - start, _sentence(error))]
        installed = Check(titles.INSTALLS, True, time.perf_counter() - start)
        view = View(show=(str(made.folder),), hide=self.hidden)

        def run(arguments: list[str], cwd: Path, log: Path) -> sandbox.Ending:
            command = [str(made.python), "-P", "-m", *arguments]
            return sandbox.run(
                command, cwd=cwd, env=made.env, limits=self.limits, log=log, view=view, required=required
            )

        inside = run(["dihya_tests.inspection", self.name], self._empty(), self.root / "inspection.txt")
        control = self._control()
        arguments = [
            "pytest", "tests", "-q", "--color=no", "--import-mode=importlib", "-p", "no:cacheprovider",
            "-p", "dihya_tests.kit", "-p", "dihya_tests.witness",
        ]  # fmt: skip
        tests = run(arguments, self.project, self.log)
        expected = sources.counted(self.files)
        said = verdict.inspected(inside, self.root / "inspection.txt")
        return [installed, *said, *verdict.judge(tests, inside, expected, control, self.limits, self.log)]

    def _control(self) -> str:
        """Put a test that must fail beside the tests, take the sources away, and return the control's node id."""
        sources = self.project / "src"
        sources.rename(self.root / "sources")  # what is tested is what is installed
        token = secrets.token_hex(8)
        file = self.project / "tests" / f"test_zz_{token}.py"
        file.write_text(CONTROL.format(token=token), encoding="utf-8")
        return f"tests/{file.name}::test_must_fail_{token}"

    def _empty(self) -> Path:
        empty = self.root / "empty"
        empty.mkdir(exist_ok=True)
        return empty


def told(lines: Iterable[Check], heard: Heard) -> list[Check]:
    """Tell lines that came together, and return them."""
    found = list(lines)
    for line in found:
        heard(line)
    return found


def _sentence(error: Exception) -> str:
    if isinstance(error, Invalid):
        return error.message
    return f"{type(error).__name__}: {error}"
