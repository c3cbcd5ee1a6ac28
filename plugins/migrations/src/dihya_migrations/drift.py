"""What the database has and the code does not say, and the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from alembic.autogenerate import compare_metadata
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import Model
from dihya_hookspecs.fields import FieldType
from sqlalchemy import Connection, Engine, inspect, text

from .scripts import VERSION_TABLE, Scripts
from .service import Migrations

_STAMPS = {
    "sqlite": "SELECT schema_version FROM pragma_schema_version",
    "postgresql": "SELECT md5(string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable, "
    "character_maximum_length), ',' ORDER BY table_name, column_name)) FROM information_schema.columns "
    "WHERE table_schema = current_schema()",
}
_seen: WeakKeyDictionary[Engine, tuple[tuple[Any, ...], list[str]]] = WeakKeyDictionary()


def owner(table: str, plugins: Iterable[str]) -> str | None:
    """Return the plugin whose table it is, as its model says; without a model, the longest name that is its prefix."""
    declared = Model.metadata.tables.get(table)
    if declared is not None and "plugin" in declared.info:
        return str(declared.info["plugin"]) if declared.info["plugin"] in set(plugins) else None
    fitting = [plugin for plugin in plugins if table.startswith(f"{plugin}_")]
    return max(fitting, key=len, default=None)


def check(migrations: Migrations) -> tuple[list[str], list[str]]:
    """Return what is wrong (drift, pending upgrades) and what is only to be known (tables of plugins that are away)."""
    wrong: list[str] = []
    with migrations.engine.connect() as connection:
        for scripts in migrations.scripts():
            try:
                wrong += _of_one(scripts, connection, migrations.plugins)
            except DihyaError as error:
                wrong.append(error.message)
        return wrong, leftovers(connection, migrations.plugins)


def remembered(migrations: Migrations) -> list[str]:
    """Return where the tables differ from the models, leaving out plugins that wait for an upgrade.

    They are compared when the tables or the plugins have changed since the last time, and a look costs nothing else.
    """
    with migrations.engine.connect() as connection:
        stamp = (connection.scalar(text(_STAMPS[connection.dialect.name])), tuple(migrations.plugins))
        known = _seen.get(migrations.engine)
        if known is None or known[0] != stamp:
            ready = [scripts for scripts in migrations.scripts() if not scripts.pending(connection)]
            found = [line for scripts in ready for line in _of_one(scripts, connection, migrations.plugins)]
            known = _seen[migrations.engine] = (stamp, found)
    return known[1]


def differences(scripts: Scripts, connection: Connection, plugins: Sequence[str]) -> list[Any]:
    """Return Alembic's differences between one plugin's tables and its metadata."""
    return compare_metadata(scripts.context(connection, **filters(scripts.plugin, plugins)), Model.metadata)


def filters(plugin: str, plugins: Sequence[str]) -> dict[str, Any]:
    """Return the options that make Alembic see one plugin's tables only."""

    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or (owner(name or "", plugins) == plugin and not (name or "").endswith(VERSION_TABLE))

    return {
        "include_name": ours,
        "include_object": lambda item, name, kind, reflected, against: ours(name, kind, None),
        "compare_type": True,
        "render_item": _stored,
        "target_metadata": Model.metadata,
    }


def _stored(kind: str, item: Any, context: Any) -> str | bool:
    """Write a type of the contract as what it stores, so that a migration does not change when the contract does."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, FieldType) else False


def leftovers(connection: Connection, plugins: Sequence[str]) -> list[str]:
    """Return one sentence for each plugin that is not active and whose tables are still there."""
    names = inspect(connection).get_table_names()
    gone = {name.removesuffix(VERSION_TABLE) for name in names if name.endswith(VERSION_TABLE)} - set(plugins)
    found: dict[str, list[str]] = {plugin: [] for plugin in gone}
    for name in names:
        if name.endswith(VERSION_TABLE):
            continue
        plugin = owner(name, [*plugins, *gone])
        if plugin is None or plugin in gone:
            found.setdefault(plugin or "", []).append(name)
    return [
        f"plugin {plugin!r} is not active, but its tables are there: {', '.join(sorted(tables)) or 'only its version'}"
        if plugin
        else f"no active plugin owns these tables: {', '.join(sorted(tables))}"
        for plugin, tables in sorted(found.items())
    ]


def _of_one(scripts: Scripts, connection: Connection, plugins: Sequence[str]) -> list[str]:
    if waiting := scripts.pending(connection):
        return [f"plugin {scripts.plugin!r} waits for {', '.join(waiting)}; run 'dihya db upgrade'"]
    found = differences(scripts, connection, plugins)
    return [f"plugin {scripts.plugin!r}: {_sentence(difference)}" for difference in found]


def _sentence(difference: Any) -> str:
    if isinstance(difference, list):  # several changes of one column
        return "; ".join(_sentence(part) for part in difference)
    kind = difference[0].replace("_", " ")
    if difference[0] in ("add_column", "remove_column"):
        kind, name = kind, f"{difference[2]}.{difference[3].name}"
    elif difference[0].startswith("modify_"):
        name = f"{difference[2]}.{difference[3]} from {difference[-2]} to {difference[-1]}"
    else:
        name = str(getattr(difference[1], "name", difference[1]))
    side = "the code has more" if difference[0].startswith("add") else "the database differs"
    return f"{side}: {kind} {name}"
