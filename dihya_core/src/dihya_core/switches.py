"""Enable and disable plugins by editing ``dihya.toml``, comments and all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import tomlkit
from dihya_hookspecs import Invalid
from tomlkit.items import Array, Table


def enable(path: Path, name: str) -> bool:
    """Let *name* run from the next start; return False when it did already."""
    document = _load(path)
    table = _table(document)
    allowed, denied = table.get("enable"), table.get("disable")
    changed = False
    if isinstance(denied, Array) and name in denied:
        denied.remove(name)
        changed = True
    if isinstance(allowed, Array) and allowed and name not in allowed:
        allowed.append(name)
        changed = True
    if changed:
        _store(path, document)
    return changed


def disable(path: Path, name: str) -> bool:
    """Keep *name* from running from the next start; return False when it did not run already."""
    document = _load(path)
    table = _table(document)
    denied = table.get("disable")
    if not isinstance(denied, Array):
        denied = tomlkit.array()
        table["disable"] = denied
        denied = table["disable"]
    if name in denied:
        return False
    denied.append(name)
    _store(path, document)
    return True


def _load(path: Path) -> tomlkit.TOMLDocument:
    return tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()


def _table(document: tomlkit.TOMLDocument) -> Table:
    if "plugins" not in document:
        document["plugins"] = tomlkit.table()
    table = document["plugins"]
    if not isinstance(table, Table):  # a dotted or inline form that cannot be edited in place
        raise Invalid("[plugins] in dihya.toml is not a plain section; write it as one", code="configuration")
    return table


def _store(path: Path, document: tomlkit.TOMLDocument) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".dihya-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
    if path.exists():
        os.chmod(name, path.stat().st_mode & 0o777)
    os.replace(name, path)
