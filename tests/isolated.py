"""One plugin alone, from its wheel, in an environment that holds what it declares and nothing else.

python tests/isolated.py            every plugin: build, install, import every module, start
python tests/isolated.py audit …    and run its tests, outside of the checkout, with what its group ``test`` declares;
                                    what is skipped is printed with its reason
python tests/isolated.py --lowest …  the same with tests, every library that it names at the lowest version that it allows; a
                                    plugin is not checked (–, exit code 2) where no package index is in reach
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOWEST = "--lowest"
OUT_OF_REACH = re.compile(
    r"failed to fetch|error sending request|dns error|connect error|network connectivity is disabled", re.I
)
"""What uv says where nobody answers in the place of an index."""
UV = Path(sys.executable).with_name("uv")
CONSTRAINTS = ROOT / "constraints.txt"
START = """
import importlib, pkgutil, sys
name = sys.argv[1]
package = importlib.import_module(f"dihya_{name}")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
from dihya_core import create_app
app = create_app(only=[name], given={"dihya": {"data": sys.argv[2]}})
(info,) = app.runtime.all()
assert info.state == "active", info
"""


def run(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; raise with its words when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(map(str, command[:6]))} … ended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )
    return done.stdout


def build(folders: list[Path], target: Path) -> dict[str, Path]:
    """Return package folder name → wheel."""
    wheels = {}
    for folder in folders:
        out = target / folder.name
        run(UV, "build", "--quiet", "--wheel", "--out-dir", out, folder)
        (wheels[folder.name],) = out.glob("*.whl")
    return wheels


def check_wheel(wheel: Path, name: str) -> None:
    """One top-level package, typed, with an entry point; nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        top = {entry.partition("/")[0] for entry in names if ".dist-info/" not in entry}
        (points,) = [entry for entry in names if entry.endswith("entry_points.txt")]
        declared = archive.read(points).decode()
    if top != {f"dihya_{name}"}:
        raise RuntimeError(f"{wheel.name} holds {', '.join(sorted(top))} instead of dihya_{name} alone")
    if f"dihya_{name}/py.typed" not in names or "[dihya.plugins]" not in declared:
        raise RuntimeError(f"{wheel.name} lacks py.typed or its entry point")


def declared(name: str) -> dict[str, Any]:
    """Return the ``pyproject.toml`` of a plugin."""
    return tomllib.loads((ROOT / "plugins" / name / "pyproject.toml").read_text("utf-8"))


def needed(name: str) -> list[str]:
    """Return what the tests of a plugin need besides itself, as its own ``pyproject.toml`` declares it."""
    return [str(line) for line in declared(name)["dependency-groups"]["test"]]


def pinned(wheels: dict[str, Path], place: Path, *, lowest: bool = False) -> Path:
    """Return a list of constraints: the versions of the repository, and for packages of ours the wheels that were built here.

    Args:
        lowest: no version may be newer than that of the repository; older ones may be taken.
    """
    ours = [f"{wheel.name.partition('-')[0].replace('_', '-')} @ {wheel.as_uri()}" for wheel in wheels.values()]
    versions = CONSTRAINTS.read_text("utf-8")
    target = place / "constraints.txt"
    target.write_text((versions.replace("==", "<=") if lowest else versions) + "\n".join(ours) + "\n", "utf-8")
    return target


def installed(python: Path, name: str, wheels: dict[str, Path], place: Path) -> str:
    """Install a plugin with its tests' needs, each library that it names as old as it allows; return which of them are older than usual."""
    project = declared(name)["project"]
    lines = [
        *project["dependencies"],
        *(line for more in project.get("optional-dependencies", {}).values() for line in more),
    ]
    install = (UV, "pip", "install", "--quiet", "--resolution", "lowest-direct", "--python", python)
    asked = [line for line in [*lines, *needed(name)] if not line.startswith(f"dihya-{name.replace('_', '-')}[")]
    run(
        *install,
        "--constraint",
        pinned(wheels, place, lowest=True),
        wheels["hookspecs"],
        wheels["dihya_core"],
        wheels[name],
        *asked,
    )
    usual = set(CONSTRAINTS.read_text("utf-8").split())
    there = run(UV, "pip", "freeze", "--python", python).split()
    named = {re.split(r"[^\w-]", line, maxsplit=1)[0].lower() for line in asked}
    older = [line for line in there if "==" in line and line not in usual and line.partition("==")[0] in named]
    return f"; older: {', '.join(older) or 'none'}"


def prove(name: str, wheels: dict[str, Path], place: Path, with_tests: bool, lowest: bool = False) -> str:
    """Install one plugin with what it declares, import all of it, start it, and run its tests if asked to; return what they said.

    Its tests run with what its group ``test`` declares, which is installed once the plugin has started without; with *lowest*
    both are installed at once, since one resolution decides on all versions.

    Args:
        place: where the environment is made, in the place of the one before: what Python compiled there for one is good for the
            next, as far as the files are the same.
    """
    check_wheel(wheels[name], name)
    environment, data = place / "environment", place / f"{name}-data"
    python = [environment / "bin" / "python", "-X", f"pycache_prefix={place / 'compiled'}"]
    shutil.rmtree(environment, ignore_errors=True)
    run(UV, "venv", "--quiet", "--python", sys.executable, environment)
    install = (UV, "pip", "install", "--quiet", "--python", python[0], "--constraint", pinned(wheels, place))
    older = installed(python[0], name, wheels, place) if lowest else ""
    if not lowest:
        run(*install, wheels["hookspecs"], wheels["dihya_core"], wheels[name])
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DIHYA_", "PYTHON", "VIRTUAL_ENV"))}
    run(*python, "-I", "-c", START, name, data, cwd=place, env=clean)
    if not with_tests:
        return ""
    if not lowest:
        run(*install, *needed(name))
    tests = place / f"{name}-tests"
    shutil.copytree(ROOT / "plugins" / name / "tests", tests)
    folders = declared(name).get("tool", {}).get("dihya", {}).get("check", {}).get("folders", {})
    clean |= {variable: os.environ[variable] for variable in folders if variable in os.environ}
    asked = ["-q", "-rs", "--import-mode=importlib", "-p", "no:cacheprovider", *marks(), tests]
    return told(run(*python, "-m", "pytest", *asked, cwd=place, env=clean)) + older


def marks() -> list[str]:
    """Return options for pytest: the marks of the repository, and which of them run apart."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]["markers"]
    return ["--strict-markers", "-o", "markers=" + "\n".join(known), "-m", "not exhaustive"]


def told(output: str) -> str:
    """Return how many tests passed, and each that was skipped with its reason."""
    lines = output.strip().splitlines()
    skipped = [f"\n    {line}" for line in lines if line.startswith("SKIPPED")]
    return f"; {lines[-1].partition(' in ')[0].strip('= ')}" + "".join(skipped)


def attempt(
    name: str, wheels: dict[str, Path], places: SimpleQueue[Path], with_tests: bool, lowest: bool = False
) -> str:
    """Prove a plugin in a place that is free; return a line that begins with a tick when it is proven, and with a dash when nobody could try."""
    place, start = places.get(), time.monotonic()
    try:
        said = prove(name, wheels, place, with_tests, lowest)
    except RuntimeError as error:
        if lowest and OUT_OF_REACH.search(str(error)):
            return f"– {name}: not checked, no package index is in reach"
        return f"✘ {name}: {error}"
    finally:
        places.put(place)
    return f"✔ {name} alone, from its wheel ({time.monotonic() - start:.1f} s){said}"


def main(arguments: list[str]) -> int:
    """Prove the named plugins with their tests, or all without; exit code 1 when one fails, 2 when one was not checked."""
    lowest, names = LOWEST in arguments, [name for name in arguments if name != LOWEST]
    plugins = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
    chosen = names or [folder.name for folder in plugins]
    found, places = Counter[str](), SimpleQueue[Path]()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        work = Path(folder)
        for number in range(os.cpu_count() or 1):
            places.put(work / f"place{number}")
            (work / f"place{number}").mkdir()
        wheels = build([ROOT / "hookspecs", ROOT / "dihya_core", *plugins], work / "wheels")
        for line in pool.map(lambda name: attempt(name, wheels, places, bool(names) or lowest, lowest), chosen):
            print(line, flush=True)
            found[line[0]] += 1
    print(f"{found['✔']} passed, {found['✘']} failed" + (f", {found['–']} not checked" if lowest else ""))
    return 1 if found["✘"] else 2 if found["–"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
