"""Write the next revision of a plugin from what its models say and the database has."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import ops
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Model

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


def revise(migrations: Migrations, plugin: str, folder: Path, message: str) -> Path:
    """Write the revision file and return its path; read it before using it.

    Args:
        folder: the plugin's package folder; ``migrations`` is made in it when there is none.

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


def _body(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()
