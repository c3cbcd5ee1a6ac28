"""What a plugin's data is: its tables, the rows in them, whether they are about people; and how it goes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import Act

from dihya_core.settings import toggles as switches
from dihya_core.settings.configuration import FILE

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


def referring(name: str) -> list[str]:
    """Return the tables of other plugins that refer to a table of this one."""
    from dihya_hookspecs.data import Model

    return sorted(
        table.name
        for table in Model.metadata.tables.values()
        if table.info.get("plugin") != name
        and any(key.column.table.info.get("plugin") == name for key in table.foreign_keys)
    )


def remains(runtime: Runtime, act: Act, name: str) -> list[str]:
    """Return one line for each table of a plugin, and one for its folder of files."""
    from dihya_hookspecs.data import Database, Model, Personal
    from sqlalchemy import func, inspect, select

    runtime.models()
    found = []
    tables = [table for table in Model.metadata.sorted_tables if table.info.get("plugin") == name]
    there = set(inspect(act.get(Database).engine).get_table_names()) if tables else set()
    for table in tables:
        if table.name in there:
            rows = act.session.scalar(select(func.count()).select_from(table))
            about = [column.name for column in table.columns if isinstance(column.info.get("rgpd"), Personal)]
            said = f", personal data in {', '.join(about)}" if about and rows else ""
            found.append(f"table {table.name}: {rows} row{'' if rows == 1 else 's'}{said}")
    if (runtime.data / name).is_dir():
        found.append(f"files in {str(runtime.data / name)!r}")
    return found


def remove(runtime: Runtime, act: Act, name: str) -> None:
    """Remove a plugin's tables by its own migrations, its files and its settings.

    Raises:
        Invalid: it does not run, so that its tables are not known, or tables of others refer to its own.
    """
    from dihya_hookspecs.data import Schema

    if runtime.plugins[name].state != "active":
        raise Invalid(f"plugin {name!r} does not run, so its tables are not known; enable it first", status=409)
    if others := referring(name):
        raise Invalid(
            f"tables of others refer to those of {name!r}: {', '.join(others)}; purge these first", status=409
        )
    if Schema in runtime.providers:
        act.get(Schema).downgrade(name, "")
    if (runtime.data / name).is_dir():
        shutil.rmtree(runtime.data / name)
    switches.forget(runtime.configuration.path or runtime.configuration.folder / FILE, name)
