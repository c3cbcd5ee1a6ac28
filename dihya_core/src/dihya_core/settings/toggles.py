"""Enable and disable plugins by editing ``dihya.toml``, comments and all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import tomlkit
from dihya_hookspecs import Invalid
from dihya_hookspecs.folders import replace
from tomlkit.items import Array, Table

ACCEPTED = "accept_loss_of"


def enable(path: Path, name: str) -> bool:
    """Let *name* run from the next start; return False when it did already."""
    document = load(path)
    table = _table(document)
    allowed = table.get("enable")
    changed = False
    for key in ("disable", ACCEPTED):
        listed = table.get(key)
        if isinstance(listed, Array) and name in listed:
            listed.remove(name)
            changed = True
    if isinstance(allowed, Array) and allowed and name not in allowed:
        allowed.append(name)
        changed = True
    if changed:
        store(path, document)
    return changed


def disable(path: Path, name: str, *, accept_loss: bool = False) -> bool:
    """Keep *name* from running from the next start; return False when it did not run already.

    Args:
        accept_loss: write down that the operator knows what the application loses with it.
    """
    document = load(path)
    table = _table(document)
    keys = ("disable", ACCEPTED) if accept_loss else ("disable",)
    changed = [key for key in keys if _append(table, key, name)]
    if changed:
        store(path, document)
    return bool(changed)


def runner(path: Path) -> Callable[[str], bool]:
    """Return a function that tells of each plugin whether the file, as it is now, lets it run."""
    table: dict[str, list[str]] = {}
    with suppress(OSError, ValueError):
        table = tomllib.loads(path.read_text("utf-8")).get("plugins", {})
    allowed, denied = table.get("enable", []), table.get("disable", [])
    return lambda name: name not in denied and (not allowed or name in allowed)


def _append(table: Table, key: str, name: str) -> bool:
    if not isinstance(table.get(key), Array):
        table[key] = tomlkit.array()
    listed = table[key]
    if name in listed:
        return False
    listed.append(name)
    return True


def load(path: Path) -> tomlkit.TOMLDocument:
    """Return the file, comments and all; an empty one where there is none."""
    return tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()


def _table(document: tomlkit.TOMLDocument) -> Table:
    if "plugins" not in document:
        document["plugins"] = tomlkit.table()
    table = document["plugins"]
    if not isinstance(table, Table):  # a dotted or inline form that cannot be edited in place
        raise Invalid("[plugins] in dihya.toml is not a plain section; write it as one", code="configuration")
    return table


def store(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Write the file, whole or not at all."""
    replace(path, tomlkit.dumps(document))
