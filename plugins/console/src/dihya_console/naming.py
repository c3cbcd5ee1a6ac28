"""What records are called, for those who only know their table and key, such as the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dihya_hookspecs.app import Plugins
from dihya_hookspecs.naming import RecordName
from dihya_hookspecs.resources.columns import key_of
from sqlalchemy import select

from .captions import Captions
from .records import Desk


class ResourceNames:
    """Implements ``dihya_hookspecs.naming.RecordNames``: the captions of resources, as the reader sees them."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    @classmethod
    def from_container(cls, svcs_container: Any) -> ResourceNames:
        """Build the service inside an act."""
        return cls(svcs_container.get(Plugins))

    def of(self, records: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], RecordName]:
        """Return the names of records; those of tables without a resource that the reader may open are left out."""
        asked: dict[str, list[str]] = {}
        for table, key in dict.fromkeys(records):
            asked.setdefault(table, []).append(key)
        captions, found = Captions(), {}
        for desk in self._desks(asked):
            for key, name in _named(desk, asked.pop(desk.model.__tablename__), captions):
                found[desk.model.__tablename__, key] = name
        return found

    def _desks(self, tables: Mapping[str, Any]) -> list[Desk]:
        """Return one resource for each table: the first that the reader may open."""
        found: dict[str, Desk] = {}
        for plugin, resource in self._plugins.collected("register_resources"):
            desk, table = Desk(plugin, resource), resource.service.model.__tablename__
            if table in tables and table not in found and desk.may(resource.read):
                found[table] = desk
        return list(found.values())


def _named(desk: Desk, keys: Sequence[str], captions: Captions) -> Iterable[tuple[str, RecordName]]:
    wanted = {key: id for key in keys if (id := _id(desk, key)) is not None}
    records = {str(record.id): record for record in desk.service.some(wanted.values())}
    captions.prepare(desk, list(records.values()), desk.caption_fields())
    missing = [id for id in wanted.values() if str(id) not in records]
    there = set(existing(desk, missing)) if missing else set()
    may_follow = desk.may(desk.resource.write or desk.resource.read)
    for key, id in wanted.items():
        if (record := records.get(str(id))) is not None:
            history = f"{desk.path}{record.id}/history" if may_follow else ""
            yield key, RecordName(captions.of(desk, record), False, desk.page_of(record.id), history)
        else:
            yield key, RecordName("", id not in there)


def existing(desk: Desk, ids: Sequence[Any]) -> Iterable[Any]:
    """Return those of the ids that exist at all, whoever may see them."""
    model = desk.model
    return desk.service.session.scalars(select(model.id).where(model.id.in_(ids)))


def _id(desk: Desk, key: str) -> Any:
    try:
        return key_of(desk.model, key)
    except ValueError:
        return None
