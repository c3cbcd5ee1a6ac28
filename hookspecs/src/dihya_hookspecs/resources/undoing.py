"""Taking back what was done to records, a removal or a change, with the rights and rules of ``Records``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from .. import Invalid, NotFound, _reach
from ..access import Access
from ..acts import _current, current, get
from ..app import Plugins
from ..bin import DISCARDED, PUT_BACK, Bin, Kept
from ..i18n import Text
from ..rules import obey
from ..web import Resource
from . import columns, conflicts, writing
from .query import MOST

if TYPE_CHECKING:
    from .records import Records

_GONE = Text(
    "this cannot be put back: something that it refers to is gone; put that back first",
    "impossible de rétablir cette fiche : ce à quoi elle renvoie n’existe plus ; rétablissez-le d’abord",
)
_UNWRITABLE = Text(
    "none of these fields can be written by hand, so their former values cannot be put back",
    "aucun de ces champs ne se modifie à la main ; leurs anciennes valeurs ne peuvent être rétablies",
)


def resource_of(records: Records[Any]) -> Resource | None:
    """Return the resource that a service stands for, in the act that is running."""
    served = (one for _, one in get(Plugins).collected("register_resources") if one.service is type(records))
    return next(served, None)


def bin_of(records: Records[Any]) -> Bin | None:
    """Return the bin for these records; None where there is none, or where the resource wants none."""
    act = _current.get(None)
    if act is None or not get(Plugins).provides(Bin) or act.session is not records.session:
        return None
    resource, found = resource_of(records), get(Bin)
    return found if resource is not None and resource.bin and found.takes(records.model) else None


def keep_removed(records: Records[Any], record: Any) -> None:
    """Keep a record that is about to be removed."""
    if (found := bin_of(records)) is not None:
        found.keep_removed(record)


def keep_changed(records: Records[Any], record: Any) -> None:
    """Keep what a stored record said before it was changed, if it was."""
    state = inspect(record)
    if not state.persistent or not state.modified:
        return
    before = {
        column.key: said.deleted[0]
        for column in records.model.__table__.columns
        if column.key not in writing.OWN and not columns.secret(column)
        if column.key in state.attrs and (said := state.attrs[column.key].history).deleted
    }
    if before and (found := bin_of(records)) is not None:
        found.keep_changed(record, before)


class Undoing:
    """What lies in the bin of one table, as the actor of the act may see it and take it back.

    Whoever reaches only some of the records finds what they removed themselves; everybody else finds all of it.
    """

    def __init__(self, records: Records[Any]) -> None:
        self.records = records
        self.bin = bin_of(records)

    def removed(self, limit: int = 50, before: uuid.UUID | None = None) -> Sequence[Kept]:
        """Return the records that were removed, the newest first; none where nothing is kept."""
        if self.bin is None:
            return []
        return [
            self._seen(kept)
            for kept in self.bin.removed(self.records.model, by=self._only(), limit=limit, before=before)
        ]

    def just_removed(self) -> Kept | None:
        """Return the record that the running act removed last."""
        return next((kept for kept in self.removed(1) if kept.act == current().id), None)

    def changes(self, id: uuid.UUID) -> Sequence[Kept]:
        """Return what a record said before its changes, the newest first, without what the actor does not see."""
        if self.bin is None:
            return []
        seen = [self._seen(kept) for kept in self.bin.changes(self.records.model, self.records.get(id).id)]
        return [kept for kept in seen if kept.values]

    def record(self, kept: Kept) -> Any:
        """Return what was removed as a record that is not stored, to be named or looked at."""
        table = self.records.model.__table__
        return self.records.model(**{n: v for n, v in kept.values.items() if table.columns[n].computed is None})

    def put_back(self, id: uuid.UUID) -> Any:
        """Put a removed record back with all that was removed with it, and return it.

        Raises:
            NotFound: no such thing lies in the bin, or none that the actor may know of.
            Invalid: (409) its place is taken, or what it refers to is gone; or a rule does not hold any more.
        """
        records, kept = self.records, self._find(id, "removed")
        session, whole = records.session, self.record(kept)
        with session.no_autoflush:
            obey(session, whole, restored=True)
            records.check(whole)
        _reach.demand_references(session, records.model, kept.values)
        try:
            with session.begin_nested():
                self.bin.put_back(kept)  # type: ignore[union-attr]
                record = session.get(records.model, columns.key_of(records.model, kept.key), populate_existing=True)
                records.permitted("add", record)
        except IntegrityError as error:
            raise self._refused(error) from error
        current().record(PUT_BACK, object=f"{kept.table}:{kept.key}", rows=1 + kept.others)
        return record

    def put_back_together(self, act: str) -> int:
        """Put back all that the actor removed in one act, what went last first, and return how many records that were.

        Raises:
            NotFound: the actor removed nothing in it that still lies in the bin.
            Invalid: as ``put_back``; then none of them is back.
        """
        actor = current().actor
        by = actor.id if actor else ""
        kept = [] if self.bin is None else self.bin.removed(self.records.model, by=by, limit=MOST, act=act)
        if not kept:
            raise NotFound(
                f"nothing of {self.records.model.__tablename__} that was removed in act {act[:64]!r} lies in the bin"
            )
        with self.records.session.begin_nested():
            for each in kept:
                self.put_back(each.id)
        return len(kept)

    def put_value_back(self, id: uuid.UUID, version: int | None = None) -> Any:
        """Give a record the values that it had before a change: a change as any other, with its rights and rules.

        Raises:
            Invalid: (412) the record is no longer at *version*; or the values are refused, as ``change`` refuses them.
        """
        records, kept = self.records, self._find(id, "changed")
        resource, record = resource_of(records), records.get(kept.key)
        form: Any = resource.form if resource is not None else None
        names = set(kept.values) & set(form.model_fields) - records.locked() - records.hidden()
        if not names:
            raise Invalid(str(_UNWRITABLE), code="unwritable", status=409)
        patch = {name: kept.values[name] for name in kept.values if name in names}
        values = writing.merged(form, records.model.__table__.columns, record, patch)
        return records.change(record.id, values, version)

    def empty(self, ids: Sequence[uuid.UUID] | None = None) -> int:
        """Remove for good all that lies there of the table, or only some of it; return how many records that were.

        Raises:
            Refused: the actor may not.
        """
        if self.bin is None:
            return 0
        get(Access).demand(self.bin.permission)
        if ids is not None:
            ids = [self._find(id, "removed").id for id in ids]
        number = self.bin.discard(self.records.model, ids)
        current().record(DISCARDED, object=self.records.model.__tablename__, rows=number)
        return number

    def may_empty(self) -> bool:
        """Tell whether the actor may remove for good."""
        return self.bin is not None and bool(get(Access).decide(current().actor, self.bin.permission))

    def _find(self, id: uuid.UUID, kind: str) -> Kept:
        kept = None if self.bin is None else self.bin.find(self.records.model, id)
        only = self._only() if kind == "removed" else None
        if kept is None or kept.kind != kind or (only is not None and kept.by != only):
            raise NotFound(f"nothing {str(id)!r} of {self.records.model.__tablename__} lies in the bin")
        return kept

    def _only(self) -> str | None:
        """Return whose removals alone the actor may know of; None for everybody's."""
        actor = current().actor
        return (actor.id if actor else "") if _reach.narrowed(self.records.model, type(self.records)) else None

    def _seen(self, kept: Kept) -> Kept:
        hidden = self.records.hidden()
        return replace(kept, values={name: value for name, value in kept.values.items() if name not in hidden})

    def _refused(self, error: IntegrityError) -> Invalid:
        table = self.records.model.__table__
        found = conflicts.explained(error, table)
        if found.code == "referred":
            return Invalid(str(_GONE), code="referred-gone", status=409)
        labels = self._labels([flaw.pointer.lstrip("/") for flaw in found.flaws])
        english, french = ", ".join(f"“{one.en}”" for one in labels), ", ".join(f"« {one.fr} »" for one in labels)
        said = Text(
            f"this cannot be put back: another record has the same {english or 'place'} by now",
            f"impossible de rétablir cette fiche : une autre porte désormais la même valeur de {french or 'clé'}",
        )
        return Invalid(str(said), code="place-taken", status=409, flaws=found.flaws)

    def _labels(self, names: Sequence[str]) -> list[Text]:
        resource = resource_of(self.records)
        labels: Mapping[str, Text] = resource.labels if resource is not None else {}
        return [labels.get(name, Text(name, name)) for name in names]
