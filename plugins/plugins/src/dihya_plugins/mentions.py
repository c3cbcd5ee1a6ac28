"""What ``dihya.toml`` says of a plugin, which goes with its data."""

from __future__ import annotations

from pathlib import Path

from dihya_core.settings.toggles import load, store
from tomlkit.items import Array


def forget(path: Path, name: str) -> None:
    """Take a plugin out of every list, and its section away."""
    document = load(path)
    lists = [item for item in document.get("plugins", {}).values() if isinstance(item, Array) and name in item]
    if name not in document and not lists:
        return
    document.pop(name, None)
    for item in lists:
        item.remove(name)
    store(path, document)


def mentions(path: Path, name: str) -> list[str]:
    """Return what ``forget`` takes away: ``[club]``, ``[plugins] disable``."""
    document = load(path)
    table = document.get("plugins", {})
    found = [f"[{name}]"] if name in document else []
    return found + [f"[plugins] {key}" for key, item in table.items() if isinstance(item, Array) and name in item]
