"""Set up a fresh checkout: a virtual environment with pinned packages. Standard library only; run as a script.

python3 dihya_core/src/dihya_core/bootstrap.py        what serving needs
python3 dihya_core/src/dihya_core/bootstrap.py dev    and what testing needs
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
UV = BIN / "uv"


def main(arguments: list[str]) -> int:
    """Make the environment, unless it is already as the files of the checkout say."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that is not UTF-8 has no "…"
        sys.stdout.reconfigure(errors="replace")
    groups = tuple(arguments)
    if sys.version_info < (3, 11):  # noqa: UP036  (this script is what finds out)
        return _fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; run with another python3")
    stamp, wanted = ENVIRONMENT / "dihya-stamp", _fingerprint(groups)
    if stamp.exists() and wanted in stamp.read_text().split():
        return 0
    steps = (
        ("virtual environment", _make_environment),
        ("uv, the installer", _install_uv),
        (f"pinned packages{' for development' if groups else ''}", lambda: _install_packages(groups)),
    )
    for number, (name, step) in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {name} … ", end="", flush=True)  # noqa: T201
        start = time.monotonic()
        if (problem := step()) is not None:
            print("failed")  # noqa: T201
            return _fail(problem)
        print(f"done ({time.monotonic() - start:.1f} s)")  # noqa: T201
    # An environment that serves development serves everything else too.
    stamp.write_text("\n".join([wanted, _fingerprint(())]))
    return 0


def _fail(problem: str) -> int:
    print(f"error: {problem}", file=sys.stderr)  # noqa: T201
    return 1


def members() -> list[Path]:
    """Return the folders of all packages of the checkout."""
    return [
        ROOT / "hookspecs",
        ROOT / "dihya_core",
        *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml")),
    ]


def _fingerprint(groups: tuple[str, ...]) -> str:
    """Return a digest of everything that decides what is installed."""
    digest = hashlib.sha256(repr((groups, sys.version, str(ROOT))).encode())
    for path in [
        ROOT / "constraints.txt",
        ROOT / "pyproject.toml",
        *(folder / "pyproject.toml" for folder in members()),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make_environment() -> str | None:
    if PYTHON.exists():
        return None
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    except (OSError, subprocess.CalledProcessError) as error:
        return f"the virtual environment could not be made in {ENVIRONMENT}: {error}; on Debian, install python3-venv"
    return None


def _install_uv() -> str | None:
    pinned = re.search(r"^uv==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    if pinned is None:
        return "constraints.txt does not pin uv; restore the file"
    version = pinned[0].removeprefix("uv==")
    if UV.exists() and version in _output([str(UV), "--version"]):
        return None
    return _run([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pinned[0]])


def _install_packages(groups: tuple[str, ...]) -> str | None:
    command = [
        str(UV),
        "pip",
        "install",
        "--quiet",
        "--python",
        str(PYTHON),
        "--compile-bytecode",
        "--constraint",
        str(ROOT / "constraints.txt"),
    ]
    for folder in members():
        command += ["--editable", str(folder)]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for group in groups:
        command += declared[group]
    return _run(command)


def _run(command: list[str]) -> str | None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    tail = "\n".join(done.stderr.strip().splitlines()[-8:])
    return f"{Path(command[0]).name} ended with {done.returncode}; is a package index in reach?\n{tail}"


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
