"""What several lists say about one record, on one line of time: the newest first, each with its kind and its name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dihya_hookspecs.fields import in_utc
from dihya_hookspecs.i18n import gettext as _
from flask import Response, request
from sqlalchemy import ColumnElement, and_, or_, select

from .base_pages import BasePages
from .captions import Captions
from .days import day_of, kind_of
from .inputs import zone
from .records import Desk

SEVERAL = 2
"""One list alone is no line of time: the record's page names its records already."""
ROWS = 30


class Source(NamedTuple):
    """A list with records that refer to this one: by which columns, and the column that says when they are."""

    desk: Desk
    names: tuple[str, ...]
    when: str


class Moment(NamedTuple):
    """A record on the line: its day or instant, what it is, its name and address, and where the line goes on after it."""

    at: dt.date
    kind: str
    name: str
    path: str
    place: Place


class Place(NamedTuple):
    """A place on the line: an instant, the number of the list, and the record."""

    at: dt.datetime
    rank: int
    id: uuid.UUID

    def written(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.at.isoformat()}~{self.rank}~{self.id}"


class TimelinePages(BasePages):
    """The line of time of one record."""

    def timeline(self, id: uuid.UUID) -> Response:
        """A page of the line, and the way to what is older."""
        desk, said = self._desk, request.args.get("after", "")
        record, after = desk.service.consult(id), read(said)
        if said and after is None:
            return self._go(f"{id}/timeline")  # type: ignore[no-any-return]
        found = moments(sources(desk), id, ROWS + 1, after)
        following = f"?after={found[ROWS - 1].place.written().replace('+', '%2B')}" if len(found) > ROWS else ""
        return self._page(
            "timeline", _("Over time – %(name)s", name=desk.caption(record)), name=desk.caption(record), record=record,
            moments=found[:ROWS], following=following, first=bool(after),
        )  # fmt: skip


def read(text: str) -> Place | None:
    """Return a place as an address says it; None for anything else."""
    try:
        at, rank, id = text.split("~")
        place = Place(dt.datetime.fromisoformat(at), int(rank), uuid.UUID(id))
        return place if place.at.tzinfo else None
    except ValueError:
        return None


def sources(desk: Desk) -> list[Source]:
    """Return the lists that refer to the records of another one, as far as the reader may see them and they say when."""
    found: dict[str, Source] = {}
    for other, name in desk.referring():
        known = found.get(other.path)
        if known:
            found[other.path] = known._replace(names=(*known.names, name))
        elif when := _when(other):
            found[other.path] = Source(other, (name,), when)
    return list(found.values())


def moments(among: Sequence[Source], id: uuid.UUID, most: int, after: Place | None = None) -> list[Moment]:
    """Return the newest records that refer to this one, or those after a place, with one statement a list and their names."""
    found = [one for rank, source in enumerate(among) for one in _of(source, rank, id, most, after)]
    return sorted(found, key=lambda one: one.place.at, reverse=True)[:most]


def _of(source: Source, rank: int, id: uuid.UUID, most: int, after: Place | None) -> Iterator[Moment]:
    desk, model = source.desk, source.desk.model
    column = getattr(model, source.when)
    asked = select(model).where(or_(*(getattr(model, name) == id for name in source.names)))
    if after:
        asked = asked.where(_later(source, column, rank, after))
    asked = asked.order_by(column.desc(), model.id.desc()).limit(most)
    records = list(desk.service.session.scalars(desk.service.visible(model, asked)))
    captions = _captions(source)
    captions.prepare(desk, records, desk.caption_fields())
    kind = str(desk.resource.singular)
    for record in records:
        at = getattr(record, source.when)
        place = Place(_instant(at), rank, record.id)
        yield Moment(at, kind, captions.of(desk, record), desk.page_of(record.id), place)


def _later(source: Source, column: Any, rank: int, after: Place) -> ColumnElement[bool]:
    """Return the condition for what stands after a place: it is older, or as old and of a later list, or of a lower id."""
    edge: Any = after.at
    same = True
    if kind_of(source.desk, source.when) is dt.date:
        edge = after.at.astimezone(ZoneInfo(zone())).date()
        same = _instant(edge) == after.at
    older: ColumnElement[bool] = column < edge if same else column <= edge
    if not same or rank < after.rank:
        return older
    if rank > after.rank:
        return or_(older, column == edge)
    return or_(older, and_(column == edge, source.desk.model.id < after.id))


def _instant(at: dt.date) -> dt.datetime:
    """Return an instant in UTC; a day begins at midnight here."""
    if isinstance(at, dt.datetime):
        return in_utc(at).astimezone(dt.UTC)
    return dt.datetime.combine(at, dt.time(), ZoneInfo(zone())).astimezone(dt.UTC)


def _when(desk: Desk) -> str:
    """Return the day or moment of a list that each of its records has; otherwise when they were added."""
    columns, day = desk.model.__table__.columns, day_of(desk)
    if day and not columns[day].nullable:
        return day
    return "created_at" if "created_at" in columns and "created_at" not in desk.hidden() else ""


def _captions(source: Source) -> Captions:
    """Return captions without what the page says already: the record to which all refer, and the moment where more remains."""
    captions, fields = Captions(), source.desk.caption_fields()
    for known in (*source.names, source.when):
        if known in fields and len(fields) > 1:
            captions.leave_out(source.desk, known)
            fields = [name for name in fields if name != known]
    return captions
