"""The tables of an application under test: those that the plugins' own migrations make, compared with their models.

Each plugin is migrated once in a process, in memory; every application then gets a copy of what that left.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import Model

if TYPE_CHECKING:
    from sqlalchemy import Table


def make(engine: Any, folders: dict[str, Path], active: set[str]) -> None:
    """Make the tables of the active plugins in an empty database. Raises DihyaError where migrations and models differ.

    Plugins without a folder of migrations (those that a test made up), and all on PostgreSQL, whose types a copy from
    SQLite does not have, get their tables from the models.

    Args:
        folders: the packages of the active plugins that are installed, in plugin order.
    """
    scripts = {
        name: migrated(name, folder / "migrations") for name, folder in folders.items() if has_migrations(folder)
    }
    tables = [table for table in Model.metadata.sorted_tables if table.info.get("plugin") in active]
    if engine.dialect.name == "sqlite":
        _copy(engine, scripts)
        tables = [table for table in tables if table.info["plugin"] not in scripts]
        Model.metadata.create_all(engine, tables=tables)
    else:
        _run(engine, tables)


def has_migrations(package: Path) -> bool:
    """Return True when a plugin brings migrations."""
    return any(not path.name.startswith("_") for path in (package / "migrations").glob("*.py"))


@cache
def migrated(plugin: str, folder: Path) -> str:
    """Return as SQL what a plugin's migrations leave in an empty database. Raises DihyaError with table and column."""
    from alembic.autogenerate import compare_metadata
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine

    directory = ScriptDirectory(folder, version_locations=[folder])
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        options = {
            "version_table": version_table(plugin), "transactional_ddl": True, "target_metadata": Model.metadata,
            "fn": lambda revision, context: directory._upgrade_revs("head", revision), "compare_type": True,
            "include_object": lambda item, name, kind, reflected, against: kind != "table" or _is_ours(name, plugin),
        }  # fmt: skip
        context = MigrationContext.configure(connection, opts=options)
        with Operations.context(context):
            context.run_migrations()
        if found := compare_metadata(context, Model.metadata):
            differences = "; ".join(_sentence(one) for one in found)
            raise DihyaError(
                f"the migrations of plugin {plugin!r} do not make the tables of its models: {differences}; "
                f"write the next one ('dihya db revision {plugin} -m …') or correct it",
                code="migration",
            )
        raw = connection.connection.driver_connection
        assert raw is not None
        return "\n".join(line for line in raw.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))


def version_table(plugin: str) -> str:
    """Return the table that says at which revision a plugin is."""
    return f"{plugin}_alembic_version"


def _is_ours(table: str, plugin: str) -> bool:
    known = Model.metadata.tables.get(table)
    if known is not None:
        return bool(known.info.get("plugin") == plugin)
    return table != version_table(plugin)


def _copy(engine: Any, scripts: dict[str, str]) -> None:
    """Make the tables of the plugins that are not there yet; an empty database becomes a copy of one that has them."""
    from sqlalchemy import inspect

    there = set(inspect(engine).get_table_names())
    missing = tuple(script for plugin, script in scripts.items() if version_table(plugin) not in there)
    if not missing:
        return
    connection = engine.raw_connection()
    try:
        if there:
            connection.driver_connection.executescript("\n".join(["BEGIN;", *missing, "COMMIT;"]))
        else:
            _filled(missing).backup(connection.driver_connection)
    finally:
        connection.close()


@cache
def _filled(scripts: tuple[str, ...]) -> sqlite3.Connection:
    """Return a database in memory in which these scripts have run."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.executescript("\n".join(scripts))
    return made


def _run(engine: Any, tables: list[Table]) -> None:
    """Make the tables that are not there yet on PostgreSQL, by one script in one transaction."""
    from sqlalchemy import inspect

    there = set(inspect(engine).get_table_names())
    if missing := tuple(table for table in tables if table.name not in there):
        connection = engine.raw_connection()
        try:
            connection.cursor().execute(written(missing))
            connection.commit()
        finally:
            connection.close()


@cache
def written(tables: tuple[Table, ...]) -> str:
    """Return as SQL what makes these tables on PostgreSQL; it is written once in a process for the same ones."""
    from sqlalchemy import create_mock_engine

    said: list[str] = []

    def keep(statement: Any, *values: Any, **named: Any) -> None:
        said.append(str(statement.compile(dialect=mock.dialect)).replace("%%", "%"))  # nothing is filled in

    mock = create_mock_engine("postgresql+psycopg://", keep)
    Model.metadata.create_all(mock, tables=list(tables), checkfirst=False)
    return ";\n".join(said)


def _sentence(difference: Any) -> str:
    """Return one of Alembic's differences in words: what the models have more, what the tables have, what differs."""
    if isinstance(difference, list):  # several changes of one column
        return "; ".join(_sentence(part) for part in difference)
    kind = difference[0]
    if kind in ("add_column", "remove_column"):
        name = f"column {difference[2]}.{difference[3].name}"
    elif kind.startswith("modify_"):
        return f"column {difference[2]}.{difference[3]}: {kind.removeprefix('modify_')} {difference[-2]} and not {difference[-1]}"
    else:
        one = difference[1]
        table = getattr(getattr(one, "table", None), "name", "")
        name = f"{kind.partition('_')[2]} {table + '.' if table else ''}{getattr(one, 'name', one)}"
    return f"{name} is missing" if kind.startswith("add") else f"{name} is in no model"
