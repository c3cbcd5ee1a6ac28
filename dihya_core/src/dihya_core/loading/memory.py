"""Names of plugins that outlive a start: who was here, the eldest first, and who was taken out."""

from __future__ import annotations

import json
from pathlib import Path

from dihya_hookspecs.folders import replace

HERE = "plugins.json"
GONE = "uninstalled.json"


def remembered(data: Path) -> list[str]:
    """Return the plugins that were here at the last set-up or start of a server, the eldest first."""
    return _read(data / HERE)


def remember(data: Path, names: list[str]) -> None:
    """Write down who is here."""
    _write(data / HERE, names)


def uninstalled(data: Path) -> list[str]:
    """Return the plugins that were here and were taken out; what the configuration says of them stays."""
    return _read(data / GONE)


def note(data: Path, name: str, *, gone: bool) -> None:
    """Note that a plugin was taken out, or is there again."""
    before = {*uninstalled(data)}
    _write(data / GONE, sorted(before | {name} if gone else before - {name}))


def _read(file: Path) -> list[str]:
    try:
        names = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):  # it helps to understand, and nothing else
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _write(file: Path, names: list[str]) -> None:
    """Write as little as possible: a server that only reads its folder may be started often."""
    if file.parent.is_dir() and names != _read(file):
        replace(file, json.dumps(names, indent=1))
