"""Who needs a plugin: those that require it, and those whose code asks for a service that it provides."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

_IMPORT = re.compile(r"^\s*from dihya_hookspecs[\w.]* import (\([^)]*\)|.*)$", re.MULTILINE)


def dependents(runtime: Runtime, name: str) -> tuple[str, ...]:
    """Return the active plugins that stop without *name*, or do less without a service of its."""
    offered = {service.__name__ for service, owner in runtime.providers.items() if owner == name}
    found = []
    for info in runtime.active():
        folder = runtime.plugins[info.name].candidate.folder()
        uses = folder is not None and offered & imported(folder)
        if info.name != name and (name in info.requires or uses):
            found.append(info.name)
    return tuple(found)


@cache
def imported(folder: Path) -> frozenset[str]:
    """Return what the modules of a package import from the contract, read from their text: nothing is executed."""
    texts = (path.read_text("utf-8", "replace") for path in folder.rglob("*.py"))
    lines = (line for text in texts for line in _IMPORT.findall(text))
    return frozenset(word for line in lines for word in re.findall(r"\w+", line))
