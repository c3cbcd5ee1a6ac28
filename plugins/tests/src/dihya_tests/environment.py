"""A fresh Python environment around one project: a venv, the project installed from its wheel, the guard against network.

The libraries of the running environment are reached through a ``.pth`` file, so that nothing needs to be downloaded; the
project itself is built by ``uv_build`` in the sandbox and unpacked, so that its entry point is found the way it will be
found later.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import site
import sys
import venv
import zipfile
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from dihya_hookspecs import Invalid

from . import sandbox

BUILD = """
import base64, os, sys, uv_build
name = uv_build.build_wheel("/tmp")
with open(os.path.join("/tmp", name), "rb") as wheel, open(int(sys.argv[1]), "wb") as pipe:
    pipe.write(name.encode() + b" " + base64.b64encode(wheel.read()))
"""
COMMAND = """\
#!/bin/sh
'''exec' '{python}' "$0" "$@"
' '''
import sys
from {module} import {attribute}
sys.exit({attribute}())
"""
CORE = "dihya-core"
SECONDS = 60
KEPT = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a project can run: its interpreter, its variables, its packages, the folder to show."""

    python: Path
    env: dict[str, str]
    packages: Path
    folder: Path


def create(root: Path, project: Path, name: str, given: dict[str, str], *, required: bool = True) -> Environment:
    """Make an environment in *root* with *project* installed in it. Raises Invalid when the project does not build.

    Args:
        root: a folder; holds ``venv`` afterwards.
        name: the plugin's name; its wheel may bring nothing but the package of that name.
        given: the variables of this process, of which only the harmless ones are passed on.
        required: False to build also where the kernel does not isolate.
    """
    return install(root, build(root, project, given, required=required)[1], name, given)


def install(root: Path, content: bytes, name: str, given: dict[str, str]) -> Environment:
    """Make an environment in *root* with a wheel unpacked in it. Raises Invalid for one that brings more than its package."""
    folder = root / "venv"
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        _check_content(wheel, name)
        wheel.extractall(packages)  # ZipFile drops absolute paths and ".."
    _reach(packages)
    _open(folder)
    python = folder / "bin" / "python"
    _commands(python)
    return Environment(python, _variables(folder, given), packages, folder)


def build(root: Path, project: Path, given: dict[str, str], *, required: bool = True) -> tuple[str, bytes]:
    """Return name and content of the wheel of *project*, built in the sandbox. Raises Invalid when it does not build.

    Its own build hooks are not asked: ``uv_build`` runs no code of the project.
    """
    log = root / "build.txt"
    command = [sys.executable, "-P", "-c", f"import os, sys; sys.argv[1:] = [os.environ[{sandbox.WITNESS!r}]]{BUILD}"]
    env = {"PATH": _programs(), "TMPDIR": "/tmp", "HOME": "/tmp", **_kept(given)}
    limits = sandbox.Limits(SECONDS)
    ending = sandbox.run(command, cwd=project, env=env, limits=limits, log=log, required=required)
    if ending.code or ending.stopped:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = ending.stopped or (ending.open if required else "") or (said[-1] if said else "no reason given")
        raise Invalid(f"the project cannot be built as a wheel: {reason}", code="build")
    try:
        name, _, content = ending.witness.partition(" ")
        return Path(name).name, base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise Invalid("the project cannot be built as a wheel: it is larger than 20 MB", code="build") from error


def _check_content(wheel: zipfile.ZipFile, name: str) -> None:
    """Raise Invalid for a wheel that brings more than its package: it would stand before pytest and the kit."""
    tops = {member.split("/")[0] for member in wheel.namelist()}
    foreign = sorted(top for top in tops if top != f"dihya_{name}" and not top.endswith(".dist-info"))
    if foreign:
        raise Invalid(f"the wheel brings {', '.join(foreign)} beside its package 'dihya_{name}'", code="build")


def _open(folder: Path) -> None:
    """Let the user of the sandbox read the environment, whatever the umask of this process is."""
    for place, _, files in os.walk(folder):
        os.chmod(place, 0o755)  # noqa: S103 - nothing in it is secret
        for file in files:
            if not os.path.islink(path := os.path.join(place, file)):
                os.chmod(path, 0o644)


def _reach(packages: Path) -> None:
    """Let the new environment import what the running one imports, and nothing before its own packages."""
    guard = Path(__file__).with_name("offline.py").read_text(encoding="utf-8")
    (packages / "_dihya_offline.py").write_text(guard, encoding="utf-8")
    (packages / "_dihya_offline.pth").write_text("import _dihya_offline\n", encoding="utf-8")
    around = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = "".join(f"import site; site.addsitedir({path!r})\n" for path in around)
    (packages / "running_environment.pth").write_text(lines, encoding="utf-8")


def _commands(python: Path) -> None:
    """Put the commands of the core, and uv where it is there, beside the interpreter: tests start servers and build wheels with them."""
    if (uv := Path(sys.executable).with_name("uv")).is_file():
        python.with_name(uv.name).symlink_to(uv)
    for point in entry_points(group="console_scripts"):
        if point.dist is not None and point.dist.name == CORE:
            path = python.with_name(point.name)
            path.write_text(COMMAND.format(python=python, module=point.module, attribute=point.attr), encoding="utf-8")
            path.chmod(0o755)


def _variables(folder: Path, given: dict[str, str]) -> dict[str, str]:
    """An almost empty environment: no secret of the running application is in it, and its home is a temporary folder."""
    return {
        **_kept(given),
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "VIRTUAL_ENV": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }


def _kept(given: dict[str, str]) -> dict[str, str]:
    return {name: given[name] for name in KEPT if name in given}


def _programs() -> str:
    """Where ``uv_build`` finds its program: beside the running interpreter first."""
    return f"{Path(sys.executable).parent}:/usr/bin:/bin"
