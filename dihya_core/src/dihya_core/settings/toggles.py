"""Enable and disable plugins by editing ``dihya.toml``, comments and all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import tomlkit
from dihya_hookspecs import Invalid
from dihya_hookspecs.folders import replace
from tomlkit.items import Array, Table

ACCEPTED = "accept_loss_of"
Below = Mapping[str, Sequence[str]]
NOTHING: Below = MappingProxyType({})


def enable(path: Path, name: str, below: Below = NOTHING) -> bool:
    """Let *name* run from the next start; return False when it did already.

    Args:
        below: what a distribution says where the file says nothing; a list that is changed begins as it.
    """
    document = load(path)
    table = _table(document)
    changed = False
    for key in ("disable", ACCEPTED):
        if name in _said(table, key, below):
            _own(table, key, below).remove(name)
            changed = True
    allowed = _said(table, "enable", below)
    if allowed and name not in allowed:
        _own(table, "enable", below).append(name)
        changed = True
    if changed:
        store(path, document)
    return changed


def disable(path: Path, name: str, below: Below = NOTHING, *, accept_loss: bool = False) -> bool:
    """Keep *name* from running from the next start; return False when it did not run already.

    Args:
        below: what a distribution says where the file says nothing; a list that is changed begins as it.
        accept_loss: write down that the operator knows what the application loses with it.
    """
    document = load(path)
    table = _table(document)
    keys = ("disable", ACCEPTED) if accept_loss else ("disable",)
    lacking = [key for key in keys if name not in _said(table, key, below)]
    for key in lacking:
        _own(table, key, below).append(name)
    if lacking:
        store(path, document)
    return bool(lacking)


def runner(path: Path, below: Below = NOTHING) -> Callable[[str], bool]:
    """Return a function that tells of each plugin whether the file, as it is now, lets it run."""
    table: dict[str, Sequence[str]] = dict(below)
    with suppress(OSError, ValueError):
        table |= tomllib.loads(path.read_text("utf-8")).get("plugins", {})
    allowed, denied = table.get("enable", []), table.get("disable", [])
    return lambda name: name not in denied and (not allowed or name in allowed)


def _said(table: Table, key: str, below: Below) -> Sequence[str]:
    listed = table.get(key)
    return listed if isinstance(listed, Array) else below.get(key, ())


def _own(table: Table, key: str, below: Below) -> Array:
    """Return the list of the file, to be changed; where it has none, one that says what stands below it."""
    if not isinstance(table.get(key), Array):
        begun = tomlkit.array()
        begun.extend(below.get(key, ()))
        table[key] = begun
    listed: Array = table[key]
    return listed


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
