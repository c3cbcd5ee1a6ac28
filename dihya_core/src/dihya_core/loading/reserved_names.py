"""Names that a new plugin cannot have: the application is asked for everything that bears a name already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import importlib_metadata

from dihya_core.loading.ownership import CORE, SHARED, spelled

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


def taken_names(runtime: Runtime) -> dict[str, str]:
    """Return every name that is taken, spelled with ``_`` and in lower case, and what bears it.

    Call it inside an act: plugins answer what they were not asked yet.
    """
    found: dict[str, str] = {}
    for name, bearer in _bearers(runtime):
        found.setdefault(spelled(name), bearer)
    return found


def _bearers(runtime: Runtime) -> Iterator[tuple[str, str]]:
    for name in runtime.plugins:
        yield name, f"the plugin {name!r}"
    for distribution in importlib_metadata.distributions():
        name = spelled(distribution.metadata["Name"] or "")
        if name.startswith("dihya_"):
            yield name.removeprefix("dihya_"), f"the package {name.replace('_', '-')!r}"
    yield from ((name, "a section of dihya.toml") for name in ("dihya", "plugins"))
    yield from ((name, "a shared role") for name in SHARED)
    runtime.collected("register_commands")
    runtime.collected("register_routes")
    for (kind, name), owner in runtime.names.owners.items():
        if kind in ("command", "blueprint"):
            yield name, f"a {kind} of {'the core' if owner == CORE else f'plugin {owner!r}'}"
    yield from _addresses(runtime)
    yield from _beginnings(runtime)


def _addresses(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """The first word of each address, and the first below ``/api/v1``."""
    from flask import Flask

    from dihya_core.app import mount

    for plugin, blueprint in runtime.collected("register_routes"):
        scratch = Flask(__name__, static_folder=None)
        with suppress(Exception):  # what cannot be mounted is told where it is mounted in earnest
            mount(scratch, plugin, blueprint)
        for rule in scratch.url_map.iter_rules():
            words = rule.rule.strip("/").split("/")
            for word in (words[0], words[2] if words[:2] == ["api", "v1"] and len(words) > 2 else ""):
                if word and "<" not in word:
                    yield word, f"an address of plugin {plugin!r} ({rule.rule})"


def _beginnings(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """Beginnings of the names of tables and variables: a plugin of that name would seem to own them."""
    from dihya_hookspecs.data import Model

    runtime.models()
    for table in Model.metadata.tables.values():
        if owner := table.info.get("plugin", ""):
            for name in _before(table.name):
                yield name, f"the beginning of table {table.name!r} of plugin {owner!r}"
    for plugin, loaded in runtime.plugins.items():
        for key in type(loaded.settings).model_fields if loaded.settings is not None else ():
            for name in _before(f"{plugin}_{key}"):
                yield name, f"the beginning of variable 'DIHYA_{plugin.upper()}_{key.upper()}' of plugin {plugin!r}"


def _before(name: str) -> Iterator[str]:
    words = name.split("_")
    for length in range(1, len(words)):
        yield "_".join(words[:length])
