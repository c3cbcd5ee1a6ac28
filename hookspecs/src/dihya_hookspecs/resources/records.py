"""Records: the five acts on one table, with its rules in one place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, false, func, or_, select, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from .. import Flaw, Invalid, NotFound, _reach
from .._model import Model
from ..fields.form import checked
from ..rules import obey
from . import columns, conflicts, filters, sorting, undoing
from .folding import fold
from .paging import Paging
from .query import MOST, Found, Query
from .searching import occurs

_T = TypeVar("_T", bound=Model)
_EVERYTHING = Query()


class Records(Generic[_T]):
    """Find, get, add, change and remove the records of one table; ``check`` holds its rules.

    Every select passes ``visible`` and every record passes ``permitted``: what rows and records an actor may reach is
    decided there and nowhere else.

    Attributes:
        model: the table.
        search: the columns in which ``Query.search`` looks; ``member_id.last_name`` looks through a reference.
        order: how a list is sorted when nobody says otherwise: columns separated by commas, ``-`` before one reverses.
    """

    model: ClassVar[Any]
    search: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[str] = "-created_at"

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_container(cls, svcs_container: Any) -> Records[_T]:
        """Build the service inside an act."""
        return cls(svcs_container.get(Session))

    def check(self, record: _T) -> None:
        """Raise Invalid when *record* breaks a rule; called before every write."""

    def visible(self, model: Any, select: Select[Any]) -> Select[Any]:
        """Return *select*, which selects from *model*, narrowed to the rows that the actor may know of.

        It is asked for this table and for every table that a filter, an order or a search reaches through a reference.
        """
        return _reach.visible(model, select, self._served(model))

    def permitted(self, action: str, record: _T) -> None:
        """Raise Refused when the actor may not do this to this stored record, NotFound when they may not know of it.

        Args:
            action: ``read``, ``add``, ``change``, ``remove`` or an action's name.
        """
        _reach.demand(action, record, type(self))

    def hidden(self, model: Any = None) -> frozenset[str]:
        """Return the columns, of this table or of another one, that the actor does not see.

        They neither filter nor sort nor search by them.
        """
        return _reach.hidden(model or self.model, self._served(model or self.model))

    def locked(self) -> frozenset[str]:
        """Return the columns that the actor may not write."""
        return _reach.locked(self.model, type(self))

    def _served(self, model: Any) -> Any:
        return type(self) if model is self.model else None

    def get(self, id: uuid.UUID | str) -> _T:
        """Return one record. Raises NotFound when there is none, or none that the actor may know of."""
        try:
            wanted = columns.key_of(self.model, id)
        except ValueError:
            raise self._missing(id) from None
        plain = select(self.model).where(self.model.id == wanted)
        narrowed = _reach.single(plain, self.visible, self.model)
        found: _T | None
        found = self.session.get(self.model, wanted) if narrowed is plain else self.session.scalar(narrowed)
        if found is None:
            raise self._missing(id)
        record: _T = found
        self.permitted("read", record)
        return record

    def consult(self, id: uuid.UUID | str) -> _T:
        """Return one record to somebody who looks at it. Raises NotFound as ``get`` does.

        Where its table is traced (``class Patient(Record, traced=True)``, and whatever holds data of a special category), the log
        keeps who looked, unless they see none of the columns in question.
        """
        record = self.get(id)
        _reach.trace(record, self.hidden())
        return record

    def _missing(self, id: object) -> NotFound:
        return NotFound(f"no record {str(id)[:64]!r} in {self.model.__tablename__}")

    def some(self, ids: Iterable[uuid.UUID]) -> Sequence[_T]:
        """Return those of the records that exist and are visible, in no order, with one statement for each 500."""
        wanted = list(ids)
        found: list[_T] = []
        for start in range(0, len(wanted), MOST):
            chosen = select(self.model).where(self.model.id.in_(wanted[start : start + MOST]))
            found += self.session.scalars(self.visible(self.model, chosen))
        return found

    def find(self, query: Query = _EVERYTHING, *, total: bool = False) -> Found[_T]:
        """Return one page, with one statement.

        Args:
            total: count all that the query finds too, with one statement more.

        Raises:
            Invalid: an unknown column, an operator that a column does not have, a cursor that is not of this list and order.
        """
        conditions, paging = self._conditions(query), self._paging(query)
        number = self.count(query) if total else None
        asked = select(self.model, *paging.columns()).where(*conditions, *paging.conditions())
        asked = self.visible(self.model, asked).order_by(*paging.order()).limit(paging.limit + 1)
        return paging.found(self.session.execute(asked).all(), number)

    def count(self, query: Query = _EVERYTHING, *, most: int | None = None) -> int:
        """Return how many records the query finds, whatever its limit and cursor.

        Args:
            most: stop there, so that a long list costs no more than a short one; the answer is then ``most + 1``.
        """
        return self._counted(self._conditions(query), most)

    def preceding(self, query: Query, before: str, *, most: int | None = None) -> int:
        """Return how many of the records that the query finds stand before a page, whose ``previous`` is *before*.

        Args:
            most: stop there, as ``count`` does.
        """
        paging = self._paging(replace(query, cursor=None, before=before))
        return self._counted([*self._conditions(query), *paging.conditions()], most)

    def sums(self, query: Query, names: Sequence[str]) -> dict[str, int | Decimal | float | None]:
        """Return the sum of each column over all that the query finds, with one statement; None where every row is empty.

        A column that the actor does not see has no sum.
        """
        seen = [name for name in names if name not in self.hidden()]
        if not seen:
            return {}
        parts = {name: columns.addends(getattr(self.model, name)) for name in seen}
        chosen = select(*(part for several in parts.values() for part in several)).where(*self._conditions(query))
        found, dialect = (
            iter(self.session.execute(self.visible(self.model, chosen)).one()),
            self.session.get_bind().dialect,
        )
        return {
            name: columns.summed(getattr(self.model, name), [next(found) for _ in several], dialect)
            for name, several in parts.items()
        }

    def _counted(self, conditions: Sequence[ColumnElement[bool]], most: int | None) -> int:
        chosen = self.visible(self.model, select(self.model.id).where(*conditions))
        if most is not None:
            chosen = chosen.limit(most + 1)
        return self.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0

    def add(self, values: Mapping[str, Any]) -> _T:
        """Add a record. Raises Invalid when it breaks a rule, with status 409 when it clashes with another."""
        given = checked(self.model, _reach.writable(self.model, values, type(self)), whole=True)
        _reach.demand_references(self.session, self.model, given)
        record: _T = self.model(**given)
        obey(self.session, record)
        self.check(record)
        with _reach.undone(self.session, self.model, type(self)):
            self.session.add(record)
            self._flush(record)
            self.permitted("add", record)
        return record

    def change(self, id: uuid.UUID | str, values: Mapping[str, Any], version: int | None = None) -> _T:
        """Change some columns of a record. Raises Invalid (412) when *version* is no longer the current one."""
        record = self.get(id)
        self.permitted("change", record)
        now = getattr(record, "version", None)
        if version is not None and now != version:
            raise Invalid(
                f"the record has changed meanwhile: version {now}, not {version}; read it again",
                code="stale",
                status=412,
            )
        said = {name: value for name, value in values.items() if value != getattr(record, name, value)}
        _reach.demand_columns(self.model, said, type(self))
        given = checked(self.model, values, whole=False)
        _reach.demand_references(self.session, self.model, {name: given[name] for name in said})
        with _reach.undone(self.session, self.model, type(self)):
            for name, value in given.items():
                setattr(record, name, value)
            try:
                with self.session.no_autoflush:
                    obey(self.session, record)
                    self.check(record)
            except BaseException:
                self.session.expire(record)  # whoever catches this and goes on must not commit what was refused
                raise
            self._flush(record, 409 if version is None else 412)
            self.permitted("change", record)
        return record

    def remove(self, id: uuid.UUID | str) -> None:
        """Remove a record; it lies in the bin for a while. Raises Invalid (409) while others refer to it."""
        record = self.get(id)
        self.permitted("remove", record)
        undoing.keep_removed(self, record)
        self.session.delete(record)
        self._flush(record)

    def written(self, record: _T) -> None:
        """Check a record that code has changed, and write it. Raises Invalid as ``change`` does."""
        with self.session.no_autoflush:
            if record in self.session.dirty:
                obey(self.session, record)
                self.check(record)
        self._flush(record)

    def _flush(self, record: _T, stale: int = 409) -> None:
        """Write *record*; *stale* is the status when somebody else was faster: 412 for who had said which version they mean."""
        undoing.keep_changed(self, record)
        try:
            self.session.flush()
        except StaleDataError as error:
            raise Invalid("the record has changed meanwhile; read it again", code="stale", status=stale) from error
        except IntegrityError as error:
            raise conflicts.explained(error, self.model.__table__) from error

    def _path(self, name: str, use: str) -> columns.Path:
        return columns.find(self.model, name, use, self.hidden)

    def _paging(self, query: Query) -> Paging:
        names = self._sort(query.sort)
        keys = [sorting.key(self._path(name.lstrip("-"), "sort"), name, self.visible) for name in names]
        return Paging.of(self.model.__tablename__, names[:-1], keys, query)

    def _sort(self, asked: Sequence[str]) -> list[str]:
        """Return the order as it is carried out: the id comes last, so that no two records are equal."""
        own = [part.strip() for part in self.order.split(",")]
        names = list(asked) or [name for name in own if name.lstrip("-") not in self.hidden()]
        if not names:
            return ["-id" if self.order.startswith("-") else "id"]
        return [*names, "-id" if names[0].startswith("-") else "id"]

    def _conditions(self, query: Query) -> list[ColumnElement[bool]]:
        found = [self._match(word) for word in _words(query.search)] if self.search else []
        return found + [
            filters.condition(self._path(asked.field, "filter"), asked, self.visible) for asked in query.filters
        ]

    def _match(self, word: str) -> ColumnElement[bool]:
        """Return the condition that a word occurs: the texts of the row are folded as one, what they refer to apart."""
        own, ways = [], []
        for name in self.search:
            if (path := columns.sought(self.model, name, self.hidden)) is None:
                continue
            if path.steps:
                ways.append(filters.condition(path, filters.Filter(name, "contains", word), self.visible))
            elif filters.textual(path.kind):
                own.append(func.coalesce(type_coerce(path.column, String), ""))
        if own:
            together: Any = own[0]
            for text in own[1:]:
                together = together + "\n" + text  # no word holds a line's end, so none is found across two columns
            ways.append(occurs(together, word))
        return or_(*ways) if ways else false()


def _words(text: str) -> list[str]:
    if "\0" in text:
        raise Invalid("a search text cannot hold a NUL character", flaws=[Flaw("/q", "holds a NUL character")])
    words = text.split()
    if len(text) > 200 or len(words) > 20:  # more than SQLite's parser takes, and nobody types it
        raise Invalid("a search text has at most 200 characters and 20 words", flaws=[Flaw("/q", "is too long")])
    return [word for word in words if fold(word)]  # an accent alone is no word
