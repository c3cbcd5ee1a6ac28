"""The launcher: takes limits upon itself and passes the ending on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from dihya_tests.sandbox import LAUNCHER


def launch(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Start a command through the launcher."""
    limits = {"cpu": 5, "file": 1 << 20, "files": 64, "report": str(tmp_path / "report")}
    return subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(limits), *command],
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_says_whether_the_network_is_gone(tmp_path: Path) -> None:
    """The report says whether the kernel took the network away or not."""
    launch(tmp_path, "/bin/true")
    assert (tmp_path / "report").read_text() in ("isolated", "guarded")


def test_applies_limits(tmp_path: Path) -> None:
    """The command sees the lowered limits, and cannot raise them."""
    code = "import resource as r; print(r.getrlimit(r.RLIMIT_NOFILE), r.getrlimit(r.RLIMIT_CORE))"
    assert launch(tmp_path, sys.executable, "-c", code).stdout.strip() == "(64, 64) (0, 0)"


def test_passes_on_a_signal_as_exit_code(tmp_path: Path) -> None:
    """A command that a signal ended gives 128 plus its number."""
    code = "import os, resource, signal; signal.pthread_kill(__import__('threading').get_ident(), 11)"
    assert (
        launch(tmp_path, "/bin/sh", "-c", f"{sys.executable} -c '{code.replace(chr(39), chr(34))}'; exit $?").returncode
        == 139
    )
