"""The launcher: shuts itself in, takes limits upon itself, and passes the ending on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dihya_tests import sandbox
from dihya_tests.sandbox import LAUNCHER, Limits
from dihya_tests.view import View


def launch(tmp_path: Path, *command: str, required: bool = True, hidden: str = "") -> tuple[int, str, list[dict]]:
    """Start a command through the launcher; its exit code, what it said, and what the launcher reported."""
    told, tells = os.pipe()
    (tmp_path / "work").mkdir()
    with sandbox._outside(tmp_path, View(), Limits()) as outside:
        view = {"show": View().everything_shown(), "hide": [], "own": [], "copy": [str(tmp_path / "work")]}
        order = {
            "root": str(tmp_path / ".root"), "folder": str(tmp_path / "work"), "required": required, "report": tells,
            "outside": outside | ({"files": [hidden]} if hidden else {}), "limits": Limits(seconds=5).of_kernel(),
            "view": view | {"disk_mb": 16, "inodes": 1000},
        }  # fmt: skip
        outside["limits"], outside["disk_mb"] = order["limits"], 16
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), *command],
            input=json.dumps(order), capture_output=True, text=True, timeout=30, pass_fds=(tells,),
        )  # fmt: skip
    os.close(tells)
    with open(told) as file:
        return done.returncode, done.stdout + done.stderr, [json.loads(line) for line in file]


def test_says_what_was_measured_from_inside(tmp_path: Path) -> None:
    """The report names each facet, and at the end how often the network was wanted."""
    _, _, facts = launch(tmp_path, "/bin/true")
    assert facts[-1] == {"attempts": 0}
    assert facts[0]["facets"] == dict.fromkeys(
        ("files", "processes", "network", "privileges", "system calls", "limits"), ""
    )


def test_runs_nothing_where_a_facet_is_missing(tmp_path: Path) -> None:
    """A file of the machine that can be read from inside is told, and the command does not run."""
    code, said, facts = launch(tmp_path, "/bin/echo", "ran", hidden="/usr/bin/env")
    assert (code, said) == (125, "")
    assert facts == [{"facets": facts[0]["facets"] | {"files": "read '/usr/bin/env'"}}]


def test_runs_all_the_same_where_that_was_accepted(tmp_path: Path) -> None:
    """Without the demand the command runs, and the missing facet is told all the same."""
    code, said, facts = launch(tmp_path, "/bin/echo", "ran", required=False, hidden="/usr/bin/env")
    assert (code, said) == (0, "ran\n")
    assert facts[0]["facets"]["files"] == "read '/usr/bin/env'"


def test_says_why_the_kernel_does_not_isolate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where namespaces are refused the reason is reported, and the command runs only if that was accepted."""
    refusing = tmp_path / "refusing"
    refusing.mkdir()
    source = LAUNCHER.read_text("utf-8")
    launcher = refusing / "launch.py"
    head = (
        "    import syscalls\n    syscalls.LIBC = type('No', (), {'unshare': lambda *_: -1, 'prctl': lambda *_: 0})()\n"
    )
    launcher.write_text(
        source.replace(
            "    import mounts\n",
            f"    import sys; sys.path.append({str(LAUNCHER.parent)!r})\n{head}    import mounts\n",
        )
    )
    monkeypatch.setattr(sys.modules[__name__], "LAUNCHER", launcher)
    code, said, facts = launch(tmp_path, "/bin/echo", "ran")
    assert (
        (code, said) == (125, "")
        and "leave the namespaces" in facts[0]["missing"]
        or "user namespace" in facts[0]["missing"]
    )
    (tmp_path / "work").rmdir()
    assert launch(tmp_path, "/bin/echo", "ran", required=False)[:2] == (0, "ran\n")


def test_applies_limits(tmp_path: Path) -> None:
    """The command sees the lowered limits, and a crash leaves no core."""
    code = "import resource as r; print(r.getrlimit(r.RLIMIT_NOFILE), r.getrlimit(r.RLIMIT_CORE), r.getrlimit(r.RLIMIT_NPROC))"
    assert launch(tmp_path, sys.executable, "-c", code)[1].strip() == "(1024, 1024) (1, 1) (512, 512)"


def test_passes_on_a_signal_as_exit_code(tmp_path: Path) -> None:
    """A command that a signal ended gives 128 plus its number."""
    assert launch(tmp_path, sys.executable, "-c", "import os; os.kill(os.getpid(), 11)")[0] == 139
