"""No step throws away rows unasked: Alembic's own operations, with a look at the table before.

Only migrations run by this plugin are looked at; other users of Alembic in the same process notice nothing.
"""

from __future__ import annotations

import re

from alembic.operations import Operations, ops, toimpl
from dihya_hookspecs import Invalid
from sqlalchemy import inspect, text

OPTION = "dihya_destructive"
_LOSING = re.compile(
    r"\b(?:DROP\s+TABLE(?:\s+IF\s+EXISTS)?|TRUNCATE(?:\s+TABLE)?|DELETE\s+FROM|ALTER\s+TABLE(?=.*\bDROP\s+COLUMN\b))"
    r"\s+[\"`]?(\w+)",
    re.IGNORECASE | re.DOTALL,
)


@Operations.implementation_for(ops.DropTableOp, replace=True)
def drop_table(operations: Operations, operation: ops.DropTableOp) -> None:
    """Drop a table, unless rows would be lost unasked."""
    _guard(operations, operation.table_name, f"drops table {operation.table_name!r}")
    toimpl.drop_table(operations, operation)


@Operations.implementation_for(ops.DropColumnOp, replace=True)
def drop_column(operations: Operations, operation: ops.DropColumnOp) -> None:
    """Drop a column, unless its values would be lost unasked."""
    what = f"drops column {operation.table_name}.{operation.column_name}"
    _guard(operations, operation.table_name, what)
    toimpl.drop_column(operations, operation)


@Operations.implementation_for(ops.ExecuteSQLOp, replace=True)
def execute(operations: Operations, operation: ops.ExecuteSQLOp) -> None:
    """Execute SQL, unless it throws away rows unasked."""
    for table in _LOSING.findall(str(operation.sqltext)):
        _guard(operations, table, f"throws away rows of {table!r}")
    toimpl.execute_sql(operations, operation)


def _guard(operations: Operations, table: str, what: str) -> None:
    if operations.migration_context.opts.get(OPTION, True):
        return
    bind = operations.get_bind()
    if not inspect(bind).has_table(table):
        return
    quoted = bind.dialect.identifier_preparer.quote(table)
    if bind.scalar(text(f"SELECT 1 FROM {quoted} LIMIT 1")) is None:  # noqa: S608 - quoted above
        return
    raise Invalid(
        f"this step {what}, which has rows; make a backup ('dihya backup FILE'), then say --destructive",
        code="destructive",
        status=409,
    )
