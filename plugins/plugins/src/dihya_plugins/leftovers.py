"""What a plugin's data is: its tables, the rows in them, whether they are about people; and how it goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dihya_hookspecs.acts import Act
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.installing import Belonging

from . import mentions
from .belongings import belongings
from .kept import kept
from .sentences import refused

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime
    from dihya_hookspecs.data import Schema


def referring(name: str) -> list[str]:
    """Return the tables of other plugins that refer to a table of this one."""
    from dihya_hookspecs.data import Model

    return sorted(
        table.name
        for table in Model.metadata.tables.values()
        if table.info.get("plugin") != name
        and any(key.column.table.info.get("plugin") == name for key in table.foreign_keys)
    )


def remains(runtime: Runtime, act: Act, name: str) -> list[Belonging]:
    """Return what a plugin's data is: each of its tables with its rows, and its folder of files."""
    from dihya_hookspecs.data import Database, Model, Personal
    from sqlalchemy import func, inspect, select

    runtime.models()
    found = []
    tables = [table for table in Model.metadata.sorted_tables if table.info.get("plugin") == name]
    there = set(inspect(act.get(Database).engine).get_table_names()) if tables else set()
    for table in tables:
        if table.name in there:
            rows = act.session.scalar(select(func.count()).select_from(table)) or 0
            about = [column.name for column in table.columns if isinstance(column.info.get("rgpd"), Personal)]
            found.append(Belonging("table", table.name, count=rows, personal=tuple(about) if rows else ()))
    folder = runtime.data / name
    if folder.is_dir():
        files = sum(1 for path in folder.rglob("*") if path.is_file())
        found.append(Belonging("files", str(folder), count=files))
    return found


def lost(runtime: Runtime, act: Act, name: str) -> list[Belonging]:
    """Return exactly what a purge throws away: the data, what the configuration says of the plugin, and what it declares.

    Raises:
        Invalid: it does not run, so that its tables are not known, or tables of others refer to its own.
    """
    ensure_purgeable(runtime, name)
    found = remains(runtime, act, name)
    found += [Belonging("setting", said) for said in mentions.mentions(runtime.configuration.file, name)]
    kinds = ("permission", "role", "task", "recurring")
    found += [item for item in belongings(runtime, name) if item.kind in kinds]
    return found + [Belonging("kept", one.version) for one in kept(runtime.data) if one.name == name]


def lines(found: Iterable[Belonging]) -> list[str]:
    """Return one line for each thing, as the command line prints it."""
    return [_line(item) for item in found]


def _line(item: Belonging) -> str:
    if item.kind == "table":
        about = f", personal data in {', '.join(item.personal)}" if item.personal else ""
        return f"table {item.name}: {item.count} row{'' if item.count == 1 else 's'}{about}"
    if item.kind == "files":
        return f"files in {item.name!r}"
    if item.kind == "kept":
        return f"the kept code of version {item.name}"
    return f"{item.kind} {item.name}"


def ensure_purgeable(runtime: Runtime, name: str) -> None:
    """Raise Invalid for a plugin that does not run, or to whose tables those of others refer."""
    if runtime.plugins[name].state != "active":
        raise refused(
            mark("plugin %(name)r does not run, so its tables are not known; enable it first"), code="not-running",
            status=409, name=name,
        )  # fmt: skip
    runtime.models()
    if others := referring(name):
        raise refused(
            mark("tables of others refer to those of %(name)r: %(others)s; purge these first"), code="referred-to",
            status=409, params={"others": ", ".join(others)}, name=name, others=", ".join(others),
        )  # fmt: skip


def remove(runtime: Runtime, schema: Schema | None, name: str) -> None:
    """Remove a plugin's tables by its own migrations, its files and its settings.

    Raises:
        Invalid: it does not run, so that its tables are not known, or tables of others refer to its own.
    """
    ensure_purgeable(runtime, name)
    if schema is not None:
        schema.downgrade(name, "")
    if (runtime.data / name).is_dir():
        shutil.rmtree(runtime.data / name)
    mentions.forget(runtime.configuration.file, name)
