"""A fresh Python environment around one project: a venv, the project installed from its wheel, the guard against network.

The libraries of the running environment are reached through a ``.pth`` file, so that nothing needs to be downloaded; the
project itself is built by ``uv_build`` and unpacked, so that its entry point is found the way it will be found later.
"""

from __future__ import annotations

import site
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

from dihya_hookspecs import Invalid

BUILD = "import sys, uv_build; print(uv_build.build_wheel(sys.argv[1]))"
KEPT = ("LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a project can run: its interpreter, its variables."""

    python: Path
    env: dict[str, str]
    packages: Path


def create(root: Path, project: Path, given: dict[str, str]) -> Environment:
    """Make an environment in *root* with *project* installed in it. Raises Invalid when the project does not build.

    Args:
        root: an empty folder; holds ``venv``, ``wheel``, ``home`` and ``tmp`` afterwards.
        given: the variables of this process, of which only the harmless ones are passed on.
    """
    folder = root / "venv"
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    with zipfile.ZipFile(_wheel(root, project, given)) as wheel:
        wheel.extractall(packages)  # ZipFile drops absolute paths and ".."
    _reach(packages)
    return Environment(folder / "bin" / "python", _variables(root, folder, given), packages)


def _wheel(root: Path, project: Path, given: dict[str, str]) -> Path:
    """Build the wheel of *project*; its own build hooks are not asked: ``uv_build`` runs no code of the project."""
    target = root / "wheel"
    target.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(target)],
        cwd=project, env={"PATH": _programs(), **_kept(given)}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Invalid(
            f"the project cannot be built as a wheel: {said[-1] if said else 'no reason given'}", code="build"
        )
    return target / done.stdout.strip().splitlines()[-1]


def _reach(packages: Path) -> None:
    """Let the new environment import what the running one imports, and nothing before its own packages."""
    guard = Path(__file__).with_name("offline.py").read_text(encoding="utf-8")
    (packages / "_dihya_offline.py").write_text(guard, encoding="utf-8")
    (packages / "_dihya_offline.pth").write_text("import _dihya_offline\n", encoding="utf-8")
    around = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = "".join(f"import site; site.addsitedir({path!r})\n" for path in around)
    (packages / "running_environment.pth").write_text(lines, encoding="utf-8")


def _variables(root: Path, folder: Path, given: dict[str, str]) -> dict[str, str]:
    """An almost empty environment: no secret of the running application is in it, and its home is a temporary folder."""
    for name in ("home", "tmp"):
        (root / name).mkdir()
    return {
        **_kept(given),
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
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
