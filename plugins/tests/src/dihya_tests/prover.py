"""Proves a plugin: reads it, builds it, installs it in a fresh environment, and runs its tests in a sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.generation import Check

from . import checks, environment, sandbox
from .inspection import END
from .settings import Settings

PREFIX = "dihya-proof-"
ABANDONED = 2 * 3600
"""Seconds after which a folder of a proof belongs to a process that was killed."""


class SandboxProver:
    """Implements ``Prover``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def from_container(cls, svcs_container: object) -> SandboxProver:
        """Build the service inside an act."""
        return cls(svcs_container.get(Settings))  # type: ignore[attr-defined]

    def prove(
        self, folder: Path, *, seconds: float = 180, memory_mb: int = 1500, log: Path | None = None
    ) -> Sequence[Check]:
        """Return one line for each check and each test. Raises Invalid when *folder* holds no plugin.

        A plugin whose sources do what a plugin may not do is not run: its tests are one failed line that says so.
        """
        files = checks.read(folder)
        lines = checks.static_checks(files)
        refused = [line.name for line in lines if not line.passed and line.name in checks.GUARDING]
        if refused:
            return [*lines, Check("its tests pass", False, 0.0, f"not run, because of: {', '.join(refused)}")]
        limits = sandbox.Limits(seconds, memory_mb, self.settings.file_mb, self.settings.log_kb)
        _sweep()
        with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as root:
            return [*lines, *_run(Path(root), folder, checks.plugin_name(files), limits, log)]


def _sweep() -> None:
    """Remove what killed processes left behind."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _run(root: Path, folder: Path, name: str, limits: sandbox.Limits, log: Path | None) -> list[Check]:
    """Install a copy of *folder* and run its tests; what is written goes into *root*."""
    log = log or root / "log.txt"
    start = time.perf_counter()
    try:
        project = root / "project"
        shutil.copytree(folder, project, ignore=shutil.ignore_patterns("__pycache__", ".git", ".venv"))
        made = environment.create(root, project, dict(os.environ))
        shutil.rmtree(project / "src")  # what is tested is what is installed
    except (DihyaError, OSError, subprocess.SubprocessError) as error:
        return [Check("installs in a fresh environment", False, time.perf_counter() - start, _sentence(error))]
    installed = Check("installs in a fresh environment", True, time.perf_counter() - start)
    witness = root / "witness.jsonl"
    command = [
        str(made.python), "-m", "pytest", "tests", "-q", "--color=no", "--import-mode=importlib", "-p", "no:cacheprovider",
        "-p", "dihya_tests.kit", "-p", "dihya_tests.witness", f"--dihya-witness={witness}", f"--dihya-plugin={name}",
    ]  # fmt: skip
    ending = sandbox.run(command, cwd=project, env=made.env, limits=limits, log=log)
    lines = _witnessed(witness)
    tests = [line for line in lines if line.name != END]
    return [installed, *tests, *_verdict(ending, tests, limits, log, complete=len(tests) < len(lines))]


def _witnessed(path: Path) -> list[Check]:
    """The lines that the run left, without a last one that was cut off."""
    found: list[Check] = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(Check(**json.loads(line)))
            except (ValueError, TypeError):
                continue
    return found


def _verdict(
    ending: sandbox.Ending, tests: Sequence[Check], limits: sandbox.Limits, log: Path, *, complete: bool
) -> list[Check]:
    """What only the outside can say: that the run ended well, by itself, offline, within its limits."""
    count = sum(1 for line in tests if line.name.startswith("tests"))
    failed = sum(1 for line in tests if not line.passed)
    if ending.stopped:
        flaw = ending.stopped
    elif ending.code and not failed:
        flaw = f"exit code {ending.code}: {_tail(log)}"
    elif ending.code:
        flaw = f"{failed} of {len(tests)} lines failed"
    elif not complete:
        flaw = "the run ended before its end"
    else:
        flaw = "" if count else "no test ran"
    return [
        Check("its tests pass", not flaw, ending.seconds, flaw or f"{count} tests"),
        Check("no network", True, 0.0, "taken away by the kernel" if ending.isolated else "refused by a guard inside Python"),
        Check(
            "within limits", not ending.stopped, ending.seconds,
            ending.stopped or f"{ending.seconds:.1f} of {limits.seconds:g} s, {ending.peak_mb:.0f} of {limits.memory_mb} MB",
        ),
    ]  # fmt: skip


def _tail(log: Path) -> str:
    """The last words of a run that failed before its first test."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
    return lines[-1][:300] if lines else "it said nothing"


def _sentence(error: Exception) -> str:
    if isinstance(error, Invalid):
        return error.message
    return f"{type(error).__name__}: {error}"
