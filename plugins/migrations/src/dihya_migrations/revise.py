"""Write the next revision of a plugin from what its models say and the database has."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import ops
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Model
from sqlalchemy import Boolean, Column, Dialect, Float, Integer, Numeric

from .drift import filters
from .scripts import Scripts
from .service import Migrations

TEMPLATE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def authors_folder(plugin: str, running: Path, given: Path | None) -> Path:
    """Return the package folder that the author works in: the *given* one, or where the plugin runs from.

    Raises:
        Invalid: it runs from a copy among the installed packages, or the given folder holds something else.
    """
    if given is None:
        copies = {Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib")}
        if copies & set(running.resolve().parents):
            raise Invalid(
                f"plugin {plugin!r} runs from a copy in {str(running)!r}; run 'dihya plugins install --editable' on your "
                "folder, or say --folder",
                status=409,
            )
        return running
    inside = given / "src" / f"dihya_{plugin}"
    place = inside if inside.is_dir() else given
    if place.name != f"dihya_{plugin}" or not (place / "models.py").is_file():
        raise Invalid(f"no package 'dihya_{plugin}' with models.py in {str(given)!r}; give the folder of the plugin")
    if place.resolve() != running.resolve() and (place / "models.py").read_bytes() != _models(running):
        raise Invalid(
            f"the models in {str(place)!r} are not those that run; run 'dihya plugins install --editable' on your folder",
            status=409,
        )
    return place


def given(defaults: Iterable[str]) -> dict[str, str]:
    """Return ``table.column`` → value of what was said as ``TABLE.COLUMN=VALUE``. Raises Invalid for anything else."""
    found = {}
    for line in defaults:
        column, equals, value = line.partition("=")
        if not equals or column.count(".") != 1:
            raise Invalid(f"--default {line!r} is not TABLE.COLUMN=VALUE, such as notes_notes.colour=white")
        found[column] = value
    return found


def revise(
    migrations: Migrations, plugin: str, folder: Path, message: str, defaults: Mapping[str, str] | None = None
) -> Path:
    """Write the revision file and return its path; read it before using it.

    Args:
        folder: the plugin's package folder; ``migrations`` is made in it when there is none.
        defaults: ``table.column`` → what the rows that are there get in a new column that must not be empty.

    Raises:
        Invalid: nothing changed, or the database is not at the newest revision yet.
    """
    place = folder / "migrations"
    place.mkdir(exist_ok=True)
    scripts = Scripts(plugin, place)
    with migrations.engine.connect() as connection:
        if waiting := scripts.pending(connection):
            raise Invalid(
                f"the database lacks {', '.join(waiting)} of plugin {plugin!r}; run 'dihya db upgrade' first",
                status=409,
            )
        context = scripts.context(connection, render_as_batch=True, **filters(plugin, migrations.plugins))
        script = produce_migrations(context, Model.metadata)
        if script.upgrade_ops is None or script.upgrade_ops.is_empty():
            raise Invalid(
                f"the tables of plugin {plugin!r} are what its models say; there is nothing to write", status=409
            )
        _plain(script.upgrade_ops)
        _fill(script.upgrade_ops, dict(defaults or {}), context.dialect)
        upgrade, downgrade = (
            render_python_code(part, render_as_batch=True, migration_context=context)  # type: ignore[arg-type]
            for part in (script.upgrade_ops, script.downgrade_ops)
        )
    head = scripts.head()
    number = 1 + max(
        (int(found[1]) for path in place.glob("*.py") if (found := re.match(r"(\d{4})_", path.name))), default=0
    )
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40] or "change"
    path = place / f"{number:04}_{slug}.py"
    text = TEMPLATE.format(
        message=message.replace("\\", "\\\\").replace('"', "'"),
        revision=f"{plugin}_{number:04}",
        down=f'"{head}"' if head else "None",
        upgrade=_body(upgrade),
        downgrade=_body(downgrade),
    )
    path.write_text(text)
    return path


def _plain(operations: ops.OpContainer) -> None:
    """Take away what our declarative base notes on a table; it is not for the database."""
    for operation in operations.ops:
        if isinstance(operation, ops.CreateTableOp):
            operation.info = {}


def _fill(operations: ops.UpgradeOps, defaults: dict[str, str], dialect: Dialect) -> None:
    """Bring a new column that must not be empty in three steps: empty, filled, and only then not to be empty."""
    found: list[ops.MigrateOperation] = []
    missing = []
    for operation in operations.ops:
        found.append(operation)
        for each in operation.ops if isinstance(operation, ops.ModifyTableOps) else ():
            if not isinstance(each, ops.AddColumnOp) or each.column.nullable or each.column.server_default is not None:
                continue
            name = f"{each.table_name}.{each.column.name}"
            value = defaults.pop(name, None) or _declared(each.column)
            if value is None:
                missing.append(f"--default {name}=VALUE")
                continue
            found += _filled(each, value, dialect)
            each.column = each.column._copy()  # the model's own column stays as it is
            each.column.nullable = True
    if missing or defaults:
        unknown = f"no new column needs {', '.join(defaults)}" if defaults else ""
        wanted = f"rows that are there need a value in a new column that must not be empty: say {', '.join(missing)}"
        raise Invalid(wanted if missing else unknown)
    operations.ops = found


def _declared(column: Column[Any]) -> str | None:
    """Return the default that the model gives new rows, when it is a plain value."""
    value = getattr(column.default, "arg", None)
    if isinstance(value, Enum):
        value = value.name
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float, Decimal, date)) else None


def _filled(added: ops.AddColumnOp, value: str, dialect: Dialect) -> list[ops.MigrateOperation]:
    quote = dialect.identifier_preparer.quote
    column, kind = added.column, added.column.type
    literal = "'" + value.replace("'", "''") + "'"
    if kind._type_affinity in (Boolean, Integer, Numeric, Float):
        literal = {"0": "FALSE", "1": "TRUE"}.get(value, value) if kind._type_affinity is Boolean else value
        if not re.fullmatch(r"-?\d+(\.\d+)?|TRUE|FALSE", literal, re.IGNORECASE):
            raise Invalid(f"{value!r} is no value for {added.table_name}.{column.name}, which is {kind!r}")
    sql = f"UPDATE {quote(added.table_name)} SET {quote(column.name)} = {literal}"  # noqa: S608 - for its author to read
    alter = ops.AlterColumnOp(
        added.table_name, column.name, existing_type=kind, existing_nullable=True, modify_nullable=False
    )
    return [ops.ExecuteSQLOp(sql), ops.ModifyTableOps(added.table_name, [alter])]


def _models(running: Path) -> bytes:
    file = running / "models.py"
    return file.read_bytes() if file.is_file() else b""


def _body(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()
