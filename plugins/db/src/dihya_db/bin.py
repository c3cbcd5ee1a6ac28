"""The bin of the application: keeps rows in parts, one for each person that they are about, and writes them again."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import Act
from dihya_hookspecs.bin import Kept
from dihya_hookspecs.data import uuid7
from sqlalchemy import ColumnElement, Dialect, Table, delete, func, insert, inspect, select, update
from sqlalchemy.orm import Session

from .belonging import Belonging, Person
from .collecting import Collected, Collector
from .keeping import last_day
from .models import BinRow
from .packing import pack, packable, unpacked
from .permissions import EMPTY_BIN
from .settings import Settings
from .sweeping import held


class RowsInBin:
    """Implements ``dihya_hookspecs.bin.Bin`` in one act.

    Args:
        days: for how many days a row lies there; none is kept for 0.
    """

    permission = EMPTY_BIN

    def __init__(self, session: Session, act: str, actor: str | None, days: int) -> None:
        self._session, self._act, self._actor, self.days = session, act, actor, days

    @classmethod
    def from_container(cls, svcs_container: Any) -> RowsInBin:
        """Build the service inside an act."""
        act: Act = svcs_container.get(Act)
        actor = act.actor.id if act.actor else None
        return cls(svcs_container.get(Session), act.id, actor, svcs_container.get(Settings).bin_days)

    def takes(self, model: Any) -> bool:
        """Tell whether records of *model* can be kept."""
        return self.days > 0 and packable(model.__table__)

    def keep_removed(self, record: Any) -> uuid.UUID:
        """Keep a record that is about to be removed, with all that goes because of it."""
        rows = [row for row in Collector(self._session).collect(record) if packable(row.table)]
        return self._keep(rows)

    def keep_changed(self, record: Any, before: Mapping[str, Any]) -> uuid.UUID:
        """Keep what a record said in some columns; whom these are about is told by what the record said then."""
        table: Table = record.__table__
        mapper = inspect(type(record))
        now = {column.key: getattr(record, mapper.get_property_by_column(column).key) for column in table.columns}
        key = tuple(mapper.primary_key_from_instance(record))
        return self._keep([Collected("changed", table, key, {**now, **before})], set(before))

    def find(self, model: Any, id: uuid.UUID) -> Kept:
        """Return what lies there under this id, of this table. Raises NotFound."""
        found = self._read([BinRow.entry == id], model.__table__)
        if not found or found[0].table != model.__tablename__:
            raise NotFound(f"nothing {str(id)!r} of {model.__tablename__} lies in the bin")
        return found[0]

    def removed(
        self,
        model: Any,
        *,
        by: str | None = None,
        limit: int = 50,
        before: uuid.UUID | None = None,
        act: str | None = None,
    ) -> Sequence[Kept]:
        """Return the records of a table that were removed, the newest first."""
        table = model.__table__
        chosen = select(BinRow.entry).where(BinRow.source == table.name, BinRow.kind == "removed").distinct()
        if by is not None:
            chosen = chosen.where(BinRow.by == by)
        if before is not None:
            chosen = chosen.where(BinRow.entry < before)
        if act is not None:
            chosen = chosen.where(BinRow.act == act)
        entries = self._session.scalars(chosen.order_by(BinRow.entry.desc()).limit(limit)).all()
        return self._read([BinRow.entry.in_(entries)], table) if entries else []

    def changes(self, model: Any, key: object, limit: int = 100) -> Sequence[Kept]:
        """Return what a record said before each of its changes, the newest first."""
        table = model.__table__
        wanted = [BinRow.source == table.name, BinRow.key == str(key), BinRow.kind == "changed"]
        newest = select(BinRow.entry).where(*wanted).distinct().order_by(BinRow.entry.desc()).limit(limit)
        return self._read([BinRow.entry.in_(self._session.scalars(newest).all())], table)

    def put_back(self, kept: Kept) -> None:
        """Write the rows again that were removed, and the links to them that were emptied."""
        parts = self._session.scalars(select(BinRow).where(BinRow.entry == kept.id).order_by(BinRow.place)).all()
        tables = BinRow.metadata.tables
        rows: dict[tuple[str, int], list[BinRow]] = defaultdict(list)
        for part in parts:
            rows[part.source, part.place].append(part)
        for (source, _), group in rows.items():
            if (table := tables.get(source)) is not None:
                write = self._relink if group[0].kind == "unlinked" else self._write
                write(table, unpacked(table, _whole(group), self._dialect))
        self._session.execute(delete(BinRow).where(BinRow.entry == kept.id))

    def discard(self, model: Any, ids: Collection[uuid.UUID] | None = None) -> int:
        """Remove for good what lies there of a table, or only these; return how many records were removed for good."""
        mine = select(BinRow.entry).where(
            BinRow.source == model.__tablename__, BinRow.kind.in_(("removed", "changed")), ~held()
        )
        if ids is not None:
            mine = mine.where(BinRow.entry.in_(ids))
        records = select(func.count(BinRow.entry.distinct())).where(BinRow.entry.in_(mine), BinRow.kind == "removed")
        number = self._session.scalar(records) or 0
        self._session.execute(delete(BinRow).where(BinRow.entry.in_(mine)))
        return number

    @property
    def _dialect(self) -> Dialect:
        return self._session.get_bind().dialect

    def _keep(self, rows: Sequence[Collected], only: Collection[str] | None = None) -> uuid.UUID:
        entry, belonging, parts = uuid7(), Belonging(self._session), []
        for place, row in enumerate(rows):
            for person, values in belonging.parts(row.table, row.values).items():
                said = {name: value for name, value in values.items() if only is None or name in only}
                if said:
                    parts.append(self._part(entry, place, row, person, said))
        if parts:
            self._session.execute(insert(BinRow), parts)
        return entry

    def _part(
        self, entry: uuid.UUID, place: int, row: Collected, person: Person | None, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        columns = row.table.columns
        packed = {name: pack(columns[name], value, self._dialect) for name, value in values.items()}
        hidden = {name for name in packed if getattr(columns[name].info.get("rgpd"), "secret", False)}
        return {
            "id": uuid7(),
            "entry": entry,
            "kind": row.kind,
            "place": place,
            "plugin": row.table.info.get("plugin", ""),
            "source": row.table.name,
            "key": ",".join(map(str, row.key))[:200],
            "act": self._act,
            "at": datetime.now(UTC),
            "ends_on": last_day(row.table, row.values, self.days),
            "by": self._actor,
            "person_table": person[0] if person else None,
            "person": person[1] if person else None,
            "values": {name: value for name, value in packed.items() if name not in hidden},
            "secrets": {name: packed[name] for name in hidden} or None,
        }

    def _read(self, conditions: Sequence[ColumnElement[bool]], table: Table) -> list[Kept]:
        """Return the entries that are found whole, the newest first."""
        parts = self._session.scalars(select(BinRow).where(*conditions)).all()
        entries: dict[uuid.UUID, list[BinRow]] = defaultdict(list)
        for part in parts:
            entries[part.entry].append(part)
        return [
            _kept(found, table, self._dialect)
            for _, found in sorted(entries.items(), reverse=True)
            if any(part.kind in ("removed", "changed") for part in found)
            if all(isinstance(part.values, dict) for part in found)  # an erasure that was broken off has emptied some
        ]

    def _write(self, table: Table, values: dict[str, Any]) -> None:
        given = {name: value for name, value in values.items() if table.columns[name].computed is None}
        if "version" in given:
            given["version"] += 1  # whoever read the record before it was removed has not read this one
        self._session.execute(insert(table).values({table.columns[name]: value for name, value in given.items()}))

    def _relink(self, table: Table, values: dict[str, Any]) -> None:
        """Let a row that stayed refer again to what comes back, unless it refers to something else by now."""
        keys = {column.key for column in table.primary_key}
        row = [table.columns[name] == value for name, value in values.items() if name in keys]
        links = {table.columns[name]: value for name, value in values.items() if name not in keys}
        empty = [column.is_(None) for column in links]
        self._session.execute(update(table).where(*row, *empty).values(links))


def _whole(parts: Iterable[BinRow]) -> dict[str, Any]:
    """Return a row of which each part says what is about one person."""
    found: dict[str, Any] = {}
    for part in parts:
        found |= {**part.values, **(part.secrets or {})}
    return found


def _kept(parts: Sequence[BinRow], table: Table, dialect: Dialect) -> Kept:
    """Return one entry, whose parts stand together, with how many rows went along."""
    root = [part for part in parts if part.kind in ("removed", "changed")]
    one, values = root[0], {name: value for part in root for name, value in part.values.items()}
    others = {(part.source, part.place) for part in parts if part.kind == "along"}
    kind: Any = one.kind
    return Kept(
        one.entry, kind, one.source, one.key, unpacked(table, values, dialect), one.at, one.by, one.act, one.ends_on,
        len(others),
    )  # fmt: skip
