"""Bring a plugin's folder into this environment, offline, and take it up in a server that is running."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import importlib_metadata
from dihya_hookspecs import GROUP, DihyaError, Invalid
from packaging.requirements import InvalidRequirement, Requirement

from .house import House
from .ownership import spelled
from .reserved import check_new_plugin

NAME = re.compile(r"^[a-z][a-z0-9_]{1,30}$")
PID_FILE = "serve.pid"


def install(folder: Path, house: House) -> tuple[str, str]:
    """Install the plugin in *folder*, make its tables and reload the server; return its name and version.

    Raises:
        Invalid: the folder holds no plugin, its name or one that it registers is taken, or a requirement is missing.
        DihyaError: the package could not be built or set up; the environment is as before.
    """
    project = _project(folder)
    name = _plugin_name(project, folder)
    _check_name(name, project["name"], house)
    _check_requirements(project)
    _run_installer(folder)
    try:
        _command(house, ["setup"])
        _demand_active(house, name)
    except DihyaError:
        _uninstall(project["name"])
        raise
    reload_server(house.data)
    return name, str(project.get("version", "0"))


def reload_server(data: Path) -> bool:
    """Ask the server of this data folder, if one runs, to start its workers anew; return True when there was one.

    A running server holds a lock on the file that names its process, so that a stale number hits nobody else.
    """
    try:
        with (data / PID_FILE).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.kill(int(file.read()), signal.SIGHUP)
                return True
    except (OSError, ValueError):
        return False
    return False


def _project(folder: Path) -> dict[str, Any]:
    path = folder / "pyproject.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise Invalid(
            f"no pyproject.toml in {str(folder)!r}; give the folder of a plugin, such as dihya-association",
            code="install",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error}", code="install") from error
    project = content.get("project")
    if not isinstance(project, dict) or not isinstance(project.get("name"), str):
        raise Invalid(f"{str(path)!r} has no [project] with a name", code="install")
    return project


def _plugin_name(project: dict[str, Any], folder: Path) -> str:
    points = project.get("entry-points", {}).get(GROUP, {})
    if len(points) != 1:
        raise Invalid(
            f"{str(folder)!r} declares {len(points)} entry points in {GROUP!r}; a plugin declares one", code="install"
        )
    name, package = map(str, next(iter(points.items())))
    if not NAME.match(name) or package != f"dihya_{name}":
        raise Invalid(
            f"entry point {name!r} = {package!r} is not a name such as 'notes' with package 'dihya_notes'",
            code="install",
        )
    return name


def _check_name(name: str, distribution: str, house: House) -> None:
    resident = house.residents.get(name)
    if resident is None:
        check_new_plugin(house, name)
    elif (owner := resident.candidate.distribution) and spelled(owner) != spelled(distribution):
        raise Invalid(
            f"the name {name!r} is taken by {owner}; uninstall that first, or generate under another name",
            code="install",
            status=409,
        )


def _check_requirements(project: dict[str, Any]) -> None:
    missing = []
    for line in project.get("dependencies", ()):
        try:
            requirement = Requirement(line)
            version = importlib_metadata.version(requirement.name)
        except importlib_metadata.PackageNotFoundError:
            missing.append(line)
        except InvalidRequirement as error:
            raise Invalid(f"requirement {line!r} cannot be read: {error}", code="install") from error
        else:
            if not requirement.specifier.contains(version, prereleases=True):
                missing.append(f"{line} (there is {version})")
    if missing:
        raise Invalid(f"missing in this environment: {', '.join(missing)}; install them first", code="install")


def _run_installer(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():  # builds uv_build projects inside its own process, and so without a network
        command = [
            str(uv),
            "pip",
            "install",
            "--offline",
            "--no-deps",
            "--reinstall",
            "--compile-bytecode",
            "--python",
            sys.executable,
        ]
    else:
        command = [sys.executable, "-m", "pip", "install", "--no-deps", "--force-reinstall"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DihyaError(f"{str(folder)!r} could not be installed:\n{_tail(done.stderr)}", code="install")


def _uninstall(distribution: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    tool = (
        [str(uv), "pip", "uninstall", "--python", sys.executable]
        if uv.exists()
        else [sys.executable, "-m", "pip", "uninstall", "-y"]
    )
    subprocess.run([*tool, distribution], capture_output=True, check=False)


def _demand_active(house: House, name: str) -> None:
    """Raise Invalid when the application would not let the plugin run: it takes another's name, or does not load."""
    listed = json.loads(_command(house, ["plugins", "--json"]))
    (found,) = [item for item in listed if item["name"] == name] or [{"state": "absent", "reason": "it is not found"}]
    if found["state"] not in ("active", "disabled"):
        raise Invalid(
            f"plugin {name!r} was taken out again: {found['state']}, {found['reason']}", code="install", status=409
        )


def _command(house: House, arguments: Sequence[str]) -> str:
    """Run a ``dihya`` command in a new process, which sees the new plugin; return what it prints."""
    config = ["--config", str(house.configuration.path)] if house.configuration.path else []
    code = "from dihya_core.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *config, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DihyaError(
            f"the plugin was taken out again, since 'dihya {' '.join(arguments)}' failed:\n{_tail(done.stderr or done.stdout)}",
            code="install",
        )
    return done.stdout


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:])
