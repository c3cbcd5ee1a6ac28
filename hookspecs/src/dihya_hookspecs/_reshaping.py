"""Tables that take another shape with their rows; ``growing`` is where migrations find it.

Every value is kept, converted, or written into a file before it goes. The same file gives it back when the step is undone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ._converting import Column, converted, decoded, encoded, stored
from .i18n import Text

RECORD = (
    Column("id", "reference"), Column("version", "integer"), Column("created_at", "datetime"), Column("changed_at", "datetime"),
)  # fmt: skip
"""What every record has beside its own columns."""
BATCH = 500
_UNKNOWN = Text(
    "table %(table)s has columns that this version does not know: %(columns)s; move their values first",
    "la table %(table)s a des colonnes que cette version ne connaît pas : %(columns)s ; déplacez d'abord leurs valeurs",
)


@dataclass(frozen=True)
class Table:
    """A table in one version: its name, its own columns, and the tables to which it refers."""

    name: str
    columns: tuple[Column, ...]
    needs: tuple[str, ...] = ()

    def sql(self, name: str = "") -> sa.Table:
        """Return the table as SQLAlchemy sees it, under its own name or another."""
        columns = [sa.Column(each.name, stored(each)) for each in (*self.columns, *RECORD)]
        return sa.Table(name or self.name, sa.MetaData(), *columns)


@dataclass(frozen=True)
class Move:
    """What becomes of a table: ``old`` is None for a new one, ``new`` for one that goes.

    Attributes:
        columns: name of a column now → what it was called before.
        choices: column now → {value before: value now}.
    """

    old: Table | None
    new: Table | None
    columns: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def back(self) -> Move:
        """Return the way back. A value that several have become goes back to the first of them."""
        inverted: dict[str, dict[str, str]] = {}
        stay = {each.name: each.values for each in (self.old.columns if self.old else ())}
        for name, values in self.choices.items():
            if name in self.columns:
                ways = inverted.setdefault(self.columns[name], {})
                for before, now in values.items():
                    if now not in stay.get(self.columns[name], ()):  # what was there before goes back to itself
                        ways.setdefault(now, before)
        return Move(self.new, self.old, {before: now for now, before in self.columns.items()}, inverted)


def kept_file(revision: str, *, down: bool = False) -> Path:
    """Return where a step keeps what does not find a place in the new tables: one JSON object a line, below the data folder."""
    from .acts import get
    from .app import AppInfo

    folder = get(AppInfo).data / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{revision}{'.down' if down else ''}.jsonl"


def reshape(
    revision: str, moves: Sequence[Move], create: Callable[[], None], *, down: bool = False, file: Path | None = None
) -> int:
    """Give tables their new shape, rows included; return how many values went into the file.

    The tables are copied aside, dropped, made anew by *create*, and filled. It runs in the transaction of the migration: what fails
    leaves everything as it was. A table with a column that no version knows is not touched.

    Args:
        moves: in an order in which the tables can be made; with ``down`` they are turned round.
        file: where values are kept; ``kept_file(revision)`` unless it is said. Outside of an act, where there is no data folder,
            nothing was kept before, and tables without rows are all that can be reshaped.

    Raises:
        ValueError: for a column of somebody else, and for a value that a column needs and no row has.
    """
    from alembic import op

    bind = op.get_bind()
    given = _given((file and file.with_name(file.name.replace(".down", ""))) or _before(revision)) if down else {}
    ways = [move.back() for move in moves] if down else list(moves)
    _check(bind, ways)
    aside = {way.old.name: f"was_{number}" for number, way in enumerate(ways) if way.old}
    for name, copy in aside.items():
        bind.execute(sa.text(f"CREATE TABLE {copy} AS SELECT * FROM {name}"))  # noqa: S608 - names of the plugin
    for old in reversed(_in_order([way.old for way in ways if way.old])):
        bind.execute(old.sql().delete())
        op.drop_table(old.name)
    create()
    kept: list[str] = []
    places = {table.name: number for number, table in enumerate(_in_order([way.new for way in ways if way.new]))}
    for way in sorted(ways, key=lambda way: places[way.new.name] if way.new else -1):
        kept += _filled(bind, way, aside, given)
    for copy in aside.values():
        bind.execute(sa.text(f"DROP TABLE {copy}"))
    if kept:
        place = file or kept_file(revision, down=down)
        place.touch(mode=0o600)
        with place.open("a", encoding="utf-8") as lines:
            lines.writelines(kept)
    return len(kept)


def _before(revision: str) -> Path | None:
    """Return where the way up has kept values; None outside of an act."""
    try:
        return kept_file(revision)
    except LookupError:
        return None


def _in_order(tables: Sequence[Table]) -> list[Table]:
    """Return tables so that each comes after those to which it refers."""
    left, done = list(tables), []
    while left:
        names = {table.name for table in left}
        ready = next(table for table in left if not names.intersection(table.needs) - {table.name})
        left.remove(ready)
        done.append(ready)
    return done


def _check(bind: sa.Connection, ways: Sequence[Move]) -> None:
    """Raise ValueError where a table has a column that is not the plugin's."""
    for way in ways:
        if way.old is None:
            continue
        known = {each.name for each in (*way.old.columns, *RECORD)}
        found = {each["name"] for each in sa.inspect(bind).get_columns(way.old.name)}
        if extra := sorted(found - known):
            raise ValueError(str(_UNKNOWN) % {"table": way.old.name, "columns": ", ".join(extra)})


def _filled(
    bind: sa.Connection, way: Move, aside: Mapping[str, str], given: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Iterator[str]:
    """Fill a new table from the copy of the old one; yield a line for each value that finds no place, or not as it was."""
    if way.old is None:
        if way.new:
            rows = [row["row"] for (table, _id), row in given.items() if table == way.new.name and "row" in row]
            _insert(bind, way.new, [_decoded_row(way.new, row) for row in rows])
        return
    source = way.old.sql(aside[way.old.name])
    found = bind.execute(sa.select(source)).mappings().all()
    for start in range(0, len(found), BATCH):
        made = []
        for row in found[start : start + BATCH]:
            if way.new is None:
                yield _line(
                    table=way.old.name, id=str(row["id"]), row={key: encoded(value) for key, value in row.items()}
                )
                continue
            fresh, lost = _moved(way, way.old, way.new, dict(row), given.get((way.new.name, str(row["id"])), {}))
            made.append(fresh)
            if lost:
                yield _line(table=way.old.name, id=str(row["id"]), values=lost)
        if way.new:
            _insert(bind, way.new, made)


def _moved(
    way: Move, old_table: Table, new_table: Table, row: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a row in its new shape, and the values of the old one that the new one does not say."""
    fresh: dict[str, Any] = {each.name: row[each.name] for each in RECORD}
    lost: dict[str, Any] = {}
    olds = {each.name: each for each in old_table.columns}
    for column in new_table.columns:
        value, old = None, olds.pop(way.columns.get(column.name, ""), None)
        if old is not None and row[old.name] is not None:
            value, again = converted(row[old.name], old, column, way.choices.get(column.name, {}))
            if not again:
                lost[old.name] = {"was": encoded(row[old.name]), "became": encoded(value)}
        remembered = before.get("values", {}).get(column.name)
        if remembered and (old is None or encoded(row[old.name]) == remembered.get("became")):
            value = decoded(remembered["was"], column)
            lost.pop(old.name if old else "", None)
        fresh[column.name] = _filler(column, row) if value is None and not column.nullable else value
        if old and row[old.name] is None and fresh[column.name] is not None:
            lost[old.name] = {"was": None}  # the way back takes away what nobody has said
        if old and old.name in lost:
            lost[old.name]["became"] = encoded(fresh[column.name])
    for name in olds:
        if row[name] is not None:
            lost[name] = {"was": encoded(row[name])}
    return fresh, lost


def _filler(column: Column, row: Mapping[str, Any]) -> Any:
    """Return what a row without a value gets: of a date, the day of its creation."""
    if column.filler != "created_at" or column.kind not in ("date", "datetime"):
        return column.filler
    made = row["created_at"]
    return made.date() if column.kind == "date" else made


def _insert(bind: sa.Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        bind.execute(table.sql().insert(), list(rows))


def _decoded_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: decoded(row.get(each.name), each) for each in (*table.columns, *RECORD)}


def _given(place: Path | None) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what an earlier step has kept, by table and id; the last word counts."""
    if place is None or not place.exists():
        return {}
    lines = map(json.loads, place.read_text("utf-8").splitlines())
    return {(line["table"], line["id"]): line for line in lines}


def _line(**said: Any) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"
