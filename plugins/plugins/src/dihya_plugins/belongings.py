"""What a plugin brings: addresses, permissions, tables, settings, tasks and commands, read from what is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.access import Role
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.installing import Belonging

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


def belongings(runtime: Runtime, name: str) -> list[Belonging]:
    """Return what the plugin brings, by kind; of one that does not run nothing is known. Raises NotFound."""
    runtime.ensure_known(name)
    return list(_found(runtime, name)) if runtime.plugins[name].state == "active" else []


def _found(runtime: Runtime, name: str) -> Iterator[Belonging]:
    yield from (Belonging("address", rule) for rule in _addresses(runtime, name))
    for right in _collected(runtime, "register_permissions", name):
        if isinstance(right, Role):
            yield Belonging("role", right.name, right.title)
        else:
            yield Belonging("permission", right.name, right.sentence)
    yield from (Belonging("table", table) for table in _tables(runtime, name))
    settings = runtime.plugins[name].settings
    for key, field in type(settings).model_fields.items() if settings is not None else ():
        yield Belonging("setting", f"{name}.{key}", Text(field.description or "", field.description or ""))
    for task in _collected(runtime, "register_tasks", name):
        yield Belonging("task", task.name)
    for work in _collected(runtime, "register_background", name):
        yield Belonging("recurring", work.name, count=round(work.every))
    for command in _collected(runtime, "register_commands", name):
        yield Belonging("command", f"dihya {command.name}")


def _collected(runtime: Runtime, hook: str, name: str) -> list[Any]:
    return [item for plugin, item in runtime.collected(hook) if plugin == name]


def _tables(runtime: Runtime, name: str) -> list[str]:
    from dihya_hookspecs.data import Model

    runtime.models()
    return sorted(table.name for table in Model.metadata.tables.values() if table.info.get("plugin") == name)


def _addresses(runtime: Runtime, name: str) -> list[str]:
    """Return the addresses that the plugin's blueprints answer, in order."""
    from dihya_core.app import mount
    from flask import Flask

    scratch = Flask("addresses", static_folder=None)
    for blueprint in _collected(runtime, "register_routes", name):
        with suppress(Exception):  # what cannot be mounted is told where it is mounted in earnest
            mount(scratch, name, blueprint)
    return sorted({rule.rule for rule in scratch.url_map.iter_rules()})
