"""What ``dihya --help`` lists, kept until something changes that it follows from: then it imports no plugin."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dihya_core.cli.context import CommandContext

DECIDING = ("DIHYA_CONFIG", "DIHYA_PLUGINS_", "DIHYA_DIHYA_", "DIHYA_SAFE_MODE")
"""Variables whose values decide on the commands; of all others only the names count, since a value may be a secret."""

FORGOTTEN = 30 * 86400.0
"""Seconds after which the list of another configuration is thrown away."""


def known(context: CommandContext) -> dict[str, str] | None:
    """Return command → sentence as it was remembered, or None where anything has changed since."""
    path = _path(context)
    try:
        if path is None or _strange(path):
            return None
        kept = json.loads(path.read_text("utf-8"))
        if kept["state"] == _state(context) and kept["files"] == _stamps(kept["files"]) and kept["commands"]:
            return {str(name): str(said) for name, said in kept["commands"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # a damaged file is as good as none
    return None


def remember(context: CommandContext, commands: dict[str, str]) -> None:
    """Keep what was gathered. Where a plugin is not well nothing is kept, so that it is said each time."""
    path, runtime = _path(context), context.runtime
    troubled = [loaded for loaded in runtime.plugins.values() if loaded.state not in ("active", "disabled")]
    if path is None or troubled or runtime.configuration.warnings:
        return
    packages = tuple(loaded.candidate.package for loaded in runtime.plugins.values() if not loaded.candidate.module)
    kept = {"state": _state(context), "files": _stamps(_files(packages)), "commands": commands}
    from dihya_hookspecs.folders import replace  # the second time nothing of the contract is imported

    with contextlib.suppress(OSError):  # without a place for it, it is gathered each time
        replace(path, json.dumps(kept))
        for other in path.parent.glob("commands-*.json"):  # of folders and environments that nobody works in any more
            if time.time() - other.stat().st_mtime > FORGOTTEN:
                other.unlink(missing_ok=True)


def _path(context: CommandContext) -> Path | None:
    """Return the file: one for each environment and configuration; None where nothing may be kept."""
    if context.overrides or context.safe_mode or context.given:
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if not os.path.isabs(home):
        return None
    which = hashlib.sha256(f"{sys.prefix}\0{_configuration(context)}".encode()).hexdigest()[:16]
    return Path(home, "dihya", f"commands-{which}.json")


def _strange(path: Path) -> bool:
    """Tell whether somebody else could have written the file."""
    found = path.stat()
    return hasattr(os, "getuid") and (found.st_uid != os.getuid() or bool(found.st_mode & 0o022))


def _configuration(context: CommandContext) -> str:
    return os.path.abspath(context.config or os.environ.get("DIHYA_CONFIG") or "dihya.toml")


def _state(context: CommandContext) -> str:
    """Return a digest of what decides on the commands: interpreter, installed packages, configuration, variables."""
    variables = {
        name: value if name.startswith(DECIDING) else ""
        for name, value in sorted(os.environ.items())
        if name.startswith("DIHYA_")
    }
    places = [_configuration(context), *(entry or os.getcwd() for entry in sys.path)]
    said = [sys.version, variables, _stamps(places)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _files(packages: tuple[str, ...]) -> list[str]:
    """Return the files of all modules of plugins that were imported to list the commands, and their folders."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in packages]
    files = {file for module in modules if (file := getattr(module, "__file__", None))}
    return sorted(files | {os.path.dirname(file) for file in files})


def _stamps(files: Any) -> dict[str, list[int]]:
    """Return file → time of the last change and size; folders of compiled files do not count."""
    found = {}
    for file in files:
        try:
            state = os.stat(file)
            found[str(file)] = [state.st_mtime_ns, state.st_size]
        except OSError:
            found[str(file)] = []
    return found
