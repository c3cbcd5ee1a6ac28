"""Set up a fresh checkout: a virtual environment with pinned packages. Standard library only; run as a script.

python3 dihya_core/bootstrap.py        what serving needs
python3 dihya_core/bootstrap.py dev    and what testing needs
"""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
UV = BIN / "uv"
# What a checkout installs of a package beyond what it always needs: the embedded model, and the driver of PostgreSQL.
EXTRAS = {"db": "postgresql", "models": "embedded"}
# What pip is told, and the variable that tells uv the same. Several values are separated by spaces in both.
TOLD = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}


def main(arguments: list[str]) -> int:
    """Make the environment, unless it is already as the files of the checkout say."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that is not UTF-8 has no "…"
        sys.stdout.reconfigure(errors="replace")
    if {"-h", "--help"} & set(arguments):
        print(__doc__)  # noqa: T201
        return 0
    groups = tuple(arguments)
    if sys.version_info < (3, 11):  # noqa: UP036  (this script is what finds out)
        return _fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; run with another python3")
    if strange := [name for name in groups if name not in _declared()]:
        return _fail(f"{strange[0]!r} is no group of packages in pyproject.toml; there are {', '.join(_declared())}")
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


def _declared() -> dict[str, list[str]]:
    """Return the groups of packages that the checkout declares besides what serving needs."""
    found: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return found


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
        command += ["--editable", f"{folder}[{EXTRAS[folder.name]}]" if folder.name in EXTRAS else str(folder)]
    for group in groups:
        command += _declared()[group]
    return _run(command, as_pip_is_told())


def as_pip_is_told() -> dict[str, str]:
    """Return the variables that let uv use the index, the certificates and the proxy that pip is configured for.

    What a person set for uv itself stays. uv reads no pip.conf, and looks at its own certificates only.
    """
    told = _pip_configuration(_output([str(PYTHON), "-m", "pip", "config", "list"]))
    told.setdefault("cert", os.environ.get("REQUESTS_CA_BUNDLE", ""))
    known = ssl.get_default_verify_paths()
    found = {variable: told.get(name, "") for name, variable in TOLD.items()}
    found["UV_FIND_LINKS"] = ",".join(found["UV_FIND_LINKS"].split())  # here alone uv wants commas
    found["UV_NO_INDEX"] = "1" if told.get("no-index", "").lower() in ("1", "true", "yes", "on") else ""
    found["UV_SYSTEM_CERTS"] = "1" if known.cafile or known.capath else ""
    if found["UV_INDEX"]:  # every version is pinned, so the index that has it may be any of those that pip is told
        found["UV_INDEX_STRATEGY"] = "unsafe-first-match"
    return {name: value for name, value in found.items() if value and name not in os.environ}


def _pip_configuration(listed: str) -> dict[str, str]:
    """Read ``pip config list``: what is meant for ``install`` wins over ``global``, and a variable over both."""
    found: dict[str, str] = {}
    lines = [line.partition("=") for line in listed.splitlines()]
    for section in ("global", "install", ":env:"):
        for key, _, value in lines:
            if key.startswith(f"{section}."):
                found[key.removeprefix(f"{section}.")] = " ".join(str(ast.literal_eval(value)).split())
    return found


def _run(command: list[str], variables: dict[str, str] | None = None) -> str | None:
    """Run a command and return what went wrong; a line now and then says that it still runs."""
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen(
            command, stdout=said, stderr=said, text=True, env=os.environ | (variables or {}), errors="replace"
        )
        start = time.monotonic()
        while running.poll() is None:
            _wait(running, start)
        if running.returncode == 0:
            return None
        said.seek(0)
        tail = "\n".join(said.read().strip().splitlines()[-8:])
    name = "pip" if command[1:3] == ["-m", "pip"] else Path(command[0]).name
    return (
        f"{name} ended with {running.returncode}; is a package index in reach? A mirror and a certificate of your own "
        f"stand in PIP_INDEX_URL and PIP_CERT (or pip.conf), or for uv alone in UV_DEFAULT_INDEX and SSL_CERT_FILE\n"
        + re.sub(r"(?<=//)[^/@\s]+@", "****@", tail)
    )


def _wait(running: subprocess.Popen[str], start: float) -> None:
    """Wait a while, then say how long it has been: on a terminal in place each second, elsewhere after ten."""
    terminal = sys.stdout.isatty()
    try:
        running.wait(1 if terminal else 10)
    except subprocess.TimeoutExpired:
        seconds = f"{time.monotonic() - start:.0f} s"
        print(f"\x1b7{seconds}\x1b8" if terminal else f"\n      {seconds} … ", end="", flush=True)  # noqa: T201


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
