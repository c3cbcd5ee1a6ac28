"""Every row of a SQLite database into an empty PostgreSQL schema: in one transaction, compared at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.data import Schema
from sqlalchemy import Connection, inspect, text

from . import destination, failures
from .destination import Column

BATCH = 2000
_LOCK = 0x44494859  # "DIHY"


@dataclass(slots=True)
class Content:
    """What a table holds: how many rows, and the sum of their digests, which no order of rows changes."""

    rows: int = 0
    sum: int = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """Count a row in."""
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(sha256(repr(row).encode()).digest())) % (1 << 256)

    @property
    def digest(self) -> str:
        """The sum, in hexadecimal."""
        return f"{self.sum:064x}"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, by table; and the tables that were left behind, because the operator said so."""

    tables: dict[str, Content]
    left: list[str]


def copy(
    source: Connection, target: Connection, schema: Schema, without: Sequence[str] = (), setting: str = "--to"
) -> Copied:
    """Make the tables in *target* and bring every row over, within the transactions of both.

    Args:
        source: SQLite, which nobody else writes meanwhile.
        target: PostgreSQL; the caller commits or rolls back.
        without: plugins that are not active, whose tables stay behind.
        setting: where the URL of the target was said.

    Raises:
        Invalid: the target is not empty, the source is at another revision or has tables that nobody makes there, or a
            row has no place there.
    """
    _alone(target)
    schema.build(target)
    _same_revisions(schema, source, target)
    there = destination.columns(target)
    left = _left_behind(source, there, without)
    for name, columns in there.items():
        _same_columns(source, name, columns)
    order, apart = destination.ordered(there, destination.references(target))
    quoted = ", ".join(map(target.dialect.identifier_preparer.quote, order))
    if order:
        target.execute(text(f"TRUNCATE {quoted}"))  # what a migration has put there is in the source as well
    destination.take_off(target, apart)
    with _explained(target, setting):
        sent = {name: _send(source, target, name, there[name]) for name in order}
    destination.put_on(target, apart)
    used = _used(source)
    for name in order:
        destination.go_on(target, name, there[name], used)
    target.execute(text("ANALYZE"))
    for name in order:
        _compare(name, sent[name], _read_again(target, name, there[name]))
    return Copied(dict(sorted(sent.items())), left)


def _alone(target: Connection) -> None:
    """Raise Invalid unless the schema is empty and nobody else fills it."""
    lock = text("SELECT pg_try_advisory_xact_lock(:a, hashtext(current_schema()))")
    if not target.scalar(lock, {"a": _LOCK}):
        raise Invalid("another copy into this database is under way; wait for it", code="busy", status=409)
    must_be_empty(target)
    target.execute(text("SET LOCAL TimeZone = 'UTC'"))


def must_be_empty(target: Connection) -> None:
    """Raise Invalid when something stands in the schema, and name it."""
    if there := destination.occupied(target):
        more = f" and {len(there) - 5} more" if there[5:] else ""
        raise Invalid(
            f"{failures.place(target.engine.url)} is not empty: {', '.join(there[:5])}{more} stand in schema "
            f"{target.scalar(text('SELECT current_schema()'))!r}; name an empty database",
            code="not-empty",
            status=409,
        )


def _same_revisions(schema: Schema, source: Connection, target: Connection) -> None:
    here, there = schema.revisions(source), schema.revisions(target)
    if others := [name for name, revision in there.items() if here.get(name, "") != revision]:
        said = ", ".join(f"{name} is at {here.get(name) or 'nothing'} and not {there[name]}" for name in others)
        raise Invalid(
            f"the tables are not at the newest revision: {said}; run 'dihya db upgrade', then copy",
            code="revision",
            status=409,
        )


def _left_behind(source: Connection, there: dict[str, list[Column]], without: Sequence[str]) -> list[str]:
    """Return the tables of the source that are not copied. Raises Invalid unless the operator named their plugins."""
    found = [name for name in inspect(source).get_table_names() if name not in there]
    agreed = {name: plugin for name in found for plugin in without if name.startswith(f"{plugin}_")}
    if rest := [name for name in found if name not in agreed]:
        raise Invalid(
            f"no active plugin makes these tables: {', '.join(rest)}; enable or install their plugins, or leave them "
            "here by --without PLUGIN",
            code="left-behind",
            status=409,
        )
    return found


def _same_columns(source: Connection, table: str, columns: Sequence[Column]) -> None:
    here = set(source.scalars(text("SELECT name FROM pragma_table_info(:t)"), {"t": table}))
    there = {column.name for column in columns}
    if other := sorted(here ^ there):
        raise Invalid(
            f"table {table!r} differs from what its migrations make ({', '.join(other)}); see 'dihya db check'",
            code="drift",
            status=409,
        )


def _used(source: Connection) -> dict[str, int]:
    """Return the highest number that each table ever gave, where SQLite remembers it."""
    if not source.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")):
        return {}
    return {name: number for name, number in source.execute(text("SELECT name, seq FROM sqlite_sequence"))}


def _send(source: Connection, target: Connection, table: str, columns: Sequence[Column]) -> Content:
    """Bring the rows of one table over, a batch at a time."""
    from psycopg import sql  # an extra: whoever stays with SQLite has none

    content, kinds = Content(), [column.kind for column in columns]
    names = [column.name for column in columns]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = target.connection.driver_connection
    for batch in _batches(source, table, names):
        rows = [_converted(table, columns, row) for row in batch]
        with _named(table, columns, batch), driver.cursor() as cursor, cursor.copy(into) as stream:
            for row in rows:
                stream.write_row(row)
        for row in rows:
            content.add(_plain(kinds, row))
    return content


def _batches(source: Connection, table: str, names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    driver: Any = source.connection.driver_connection
    quote = source.dialect.identifier_preparer.quote
    cursor = driver.execute(f"SELECT {', '.join(map(quote, names))} FROM {quote(table)}")  # noqa: S608 - quoted
    while batch := cursor.fetchmany(BATCH):
        yield batch


def _converted(table: str, columns: Sequence[Column], row: tuple[Any, ...]) -> list[Any]:
    found = []
    for column, value in zip(columns, row, strict=True):
        try:
            found.append(None if value is None else column.kind.send(value))
        except ValueError as error:
            raise Invalid(
                f"{_row(table, columns, row)} cannot be copied: column {column.name!r} holds {error}; correct it, then "
                "copy again. Nothing was copied",
                code="row",
                status=409,
            ) from None
    return found


def _plain(kinds: Sequence[Any], row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(None if value is None else kind.plain(value) for kind, value in zip(kinds, row, strict=True))


def _row(table: str, columns: Sequence[Column], row: tuple[Any, ...]) -> str:
    keys = [f"{column.name} {value!r}" for column, value in zip(columns, row, strict=True) if column.key]
    return f"a row of table {table!r}" + (f" ({', '.join(keys)})" if keys else "")


@contextmanager
def _explained(target: Connection, setting: str) -> Iterator[None]:
    """Say in one sentence what is wrong with the server, since the rows go past SQLAlchemy."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise failures.sentence(error, target.engine.url, setting) or error from error


@contextmanager
def _named(table: str, columns: Sequence[Column], batch: Sequence[tuple[Any, ...]]) -> Iterator[None]:
    """Say which row PostgreSQL refuses, without the value that it quotes."""
    import psycopg

    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        # "COPY table, line 3, column name: value", in the language of the server
        where = re.match(r"COPY .+?, \w+ (\d+)(?:, \w+ (\w+))?", error.diag.context or "")
        which = _row(table, columns, batch[int(where[1]) - 1]) if where else f"a row of table {table!r}"
        column = f" in column {where[2]!r}" if where and where[2] else ""
        reason = (error.diag.message_primary or type(error).__name__).partition(": ")[0]
        raise Invalid(
            f"{which} is refused by PostgreSQL{column}: {reason}; correct it, then copy again. Nothing was copied",
            code="row",
            status=409,
        ) from error


def _read_again(target: Connection, table: str, columns: Sequence[Column]) -> Content:
    from psycopg import sql

    content, kinds = Content(), [column.kind for column in columns]
    asked = [sql.SQL(column.kind.read).format(sql.Identifier(column.name)) for column in columns]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(asked), sql.Identifier(table))
    driver: Any = target.connection.driver_connection
    with driver.cursor(name="dihya_copy") as cursor:  # on the server, so that memory does not grow with the rows
        cursor.itersize = BATCH
        for row in cursor.execute(query):
            content.add(_plain(kinds, row))
    return content


def _compare(table: str, sent: Content, found: Content) -> None:
    if sent != found:
        raise DihyaError(
            f"table {table!r} is not the same there: {sent.rows} rows with digest {sent.digest[:12]} here, {found.rows} "
            f"with {found.digest[:12]} there; nothing was copied",
            code="copy",
        )
