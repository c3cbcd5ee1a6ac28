"""Whether the bytes of what was erased have left the database's files, and what makes them leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import DBAPIError

SQLITE_LOG, POSTGRES_FILES, POSTGRES_LOG = "sqlite-log", "postgres-files", "postgres-log"
PASSING = frozenset({POSTGRES_LOG})
"""What is said, and does not keep a demand open: nothing that the application does makes it go sooner."""
_PATIENCE = 250  # milliseconds
_OTHERS = 1.0  # seconds in which transactions of others usually end


def reached(tables: Iterable[Table], touched: Iterable[str]) -> set[str]:
    """Return *touched* and the tables of which the database itself removes or empties rows because of them."""
    found = set(touched)
    pointing = {
        (table.name, key.column.table.name)
        for table in tables
        for key in table.foreign_keys
        if key.ondelete is not None
    }
    while more := {source for source, target in pointing if target in found} - found:
        found |= more
    return found


def stamp(connection: Connection, tables: Sequence[str]) -> dict[str, Any]:
    """Return what is needed later to know whether the bytes that this transaction removes from *tables* are gone."""
    if connection.dialect.name != "postgresql":
        return {"tables": sorted(tables)}
    number = connection.scalar(text("SELECT pg_current_xact_id()::text"))
    return {"tables": sorted(tables), "transaction": int(number or 0)}


def settle(engine: Engine, stamped: Mapping[str, Any]) -> list[str]:
    """Make the bytes leave as far as nobody else is in the way; return where they still are, as codes.

    SQLite: removed rows are overwritten in the file (``secure_delete``), and its log is emptied, which works when nobody
    reads what was there before. PostgreSQL: the tables are rewritten (``VACUUM FULL``); a plain ``VACUUM`` would leave
    the bytes in the room that it frees. Never waits for long.
    """
    if engine.dialect.name == "sqlite":
        return [] if _emptied(engine) else [SQLITE_LOG]
    return [POSTGRES_LOG] if _rewritten(engine, stamped) else [POSTGRES_FILES, POSTGRES_LOG]


def _emptied(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        before = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE}").close()
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout={int(before)}").close()
        return not busy
    finally:
        connection.close()


def _rewritten(engine: Engine, stamped: Mapping[str, Any]) -> bool:
    with _autocommit(engine) as connection:
        if not _unseen(connection, stamped.get("transaction", 0)):
            return False
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE}ms'"))
        quote = connection.dialect.identifier_preparer.quote
        try:
            for name in stamped.get("tables", ()):
                if connection.scalar(text("SELECT to_regclass(:name)"), {"name": quote(name)}):
                    connection.execute(text(f"VACUUM (FULL) {quote(name)}"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") in ("55P03", "57014"):  # somebody works with the table
                return False
            raise
    return True


def _unseen(connection: Connection, own: int) -> bool:
    """True once nobody who began before the erasure may still see the rows, which would be copied with the others.

    That is asked of this database, and of every transaction of the server that writes: the rewriting itself sees what
    was before the oldest of them, in whichever database it runs.
    """
    seeing = text("""
        SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint <= :whole)::int + count(*) FROM (
          SELECT backend_xmin::text::bigint AS oldest FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND datname = current_database()
          UNION ALL SELECT transaction::text::bigint FROM pg_prepared_xacts
          UNION ALL SELECT xmin::text::bigint FROM pg_replication_slots
        ) AS others WHERE oldest <= :own
    """)
    end = monotonic() + _OTHERS
    while connection.scalar(
        seeing, {"own": own % 2**32, "whole": own}
    ):  # a look of the health check, or of the server's own cleaning, ends soon
        if monotonic() > end:
            return False
        sleep(0.01)
    return True


@contextmanager
def _autocommit(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")
