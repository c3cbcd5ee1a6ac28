"""Records: the five acts on one table, with its rules in one place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, String, Text, Uuid, and_, func, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from . import Flaw, Invalid, NotFound
from ._model import Personal, Record
from .fields.form import checked
from .rules import obey

_T = TypeVar("_T", bound=Record)


@dataclass(frozen=True, slots=True)
class Found(Generic[_T]):
    """One page of records, and the cursor of the next (None at the end)."""

    items: Sequence[_T]
    next: str | None
    total: int


class Records(Generic[_T]):
    """Find, get, add, change and remove the records of one table; ``check`` holds its rules.

    Attributes:
        model: the table.
        search: names of the columns in which ``find(query=…)`` looks.
        order: name of the column by which a list is sorted when nobody says otherwise; ``-`` before it reverses.
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

    def get(self, id: uuid.UUID | str) -> _T:
        """Return one record. Raises NotFound."""
        try:
            found: _T | None = self.session.get(self.model, id if isinstance(id, uuid.UUID) else uuid.UUID(str(id)))
        except ValueError:
            found = None
        if found is None:
            raise NotFound(f"no record {str(id)!r} in {self.model.__tablename__}")
        return found

    def some(self, ids: Iterable[uuid.UUID]) -> Sequence[_T]:
        """Return those of the records that exist, in no order, with one statement for each 500."""
        wanted = list(ids)
        found: list[_T] = []
        for start in range(0, len(wanted), 500):
            found += self.session.scalars(select(self.model).where(self.model.id.in_(wanted[start : start + 500])))
        return found

    def find(
        self,
        *,
        query: str = "",
        filters: Mapping[str, Any] | None = None,
        order: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Found[_T]:
        """Return one page. Raises Invalid for an unknown column or a cursor that is not ours.

        Args:
            query: words; each must occur in one of the ``search`` columns, in any case.
            filters: column → value, all must be equal.
            order: a column name, ``-`` before it for descending.
            limit: 1 to 500.
            after: the cursor that the previous page gave.
        """
        if "\0" in query:
            raise Invalid("a search text cannot hold a NUL character", flaws=[Flaw("/q", "holds a NUL character")])
        if len(query) > 200 or len(query.split()) > 20:  # more than SQLite's parser takes, and nobody types it
            raise Invalid("a search text has at most 200 characters and 20 words", flaws=[Flaw("/q", "is too long")])
        conditions = [self._match(word) for word in query.split()] if self.search else []
        conditions += [self._column(name, "filter") == value for name, value in (filters or {}).items()]
        name = order or self.order
        column, descending = self._column(name.lstrip("-"), "order"), name.startswith("-")
        key = self.model.id
        total = self.session.scalar(select(func.count()).select_from(self.model).where(*conditions)) or 0
        if after:
            conditions.append(self._beyond(column, key, after, descending))
        limit = min(max(limit, 1), 500)
        direction: tuple[Any, ...] = (column.desc(), key.desc()) if descending else (column.asc(), key.asc())
        if column.expression.nullable:  # engines disagree on where NULL stands; here it is last, both ways
            direction = (column.is_(None), *direction)
        rows: Sequence[_T] = self.session.scalars(
            select(self.model).where(*conditions).order_by(*direction).limit(limit + 1)
        ).all()
        return Found(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None, total)

    def add(self, values: Mapping[str, Any]) -> _T:
        """Add a record. Raises Invalid when it breaks a rule, with status 409 when it clashes with another."""
        record: _T = self.model(**checked(self.model, values, whole=True))
        obey(self.session, record)
        self.check(record)
        self.session.add(record)
        self._flush(record)
        return record

    def change(self, id: uuid.UUID | str, values: Mapping[str, Any], version: int | None = None) -> _T:
        """Change some columns of a record. Raises Invalid (412) when *version* is no longer the current one."""
        record = self.get(id)
        if version is not None and record.version != version:
            raise Invalid(
                f"the record has changed meanwhile: version {record.version}, not {version}; read it again",
                code="stale",
                status=412,
            )
        for name, value in checked(self.model, values, whole=False).items():
            setattr(record, name, value)
        try:
            with self.session.no_autoflush:
                obey(self.session, record)
                self.check(record)
        except BaseException:
            self.session.expire(record)  # whoever catches this and goes on must not commit what was refused
            raise
        self._flush(record, 409 if version is None else 412)
        return record

    def remove(self, id: uuid.UUID | str) -> None:
        """Remove a record. Raises Invalid (409) while others refer to it."""
        record = self.get(id)
        self.session.delete(record)
        self._flush(record)

    def _flush(self, record: _T, stale: int = 409) -> None:
        """Write; *stale* is the status when somebody else was faster: 412 for who had said which version they mean."""
        try:
            self.session.flush()
        except StaleDataError as error:
            raise Invalid("the record has changed meanwhile; read it again", code="stale", status=stale) from error
        except IntegrityError as error:
            raise self._clash(error) from error

    def _clash(self, error: IntegrityError) -> Invalid:
        text = str(error.orig).lower()
        table = self.model.__table__
        for column in table.columns:
            if (column.unique or column.primary_key) and "unique" in text and column.name in text:
                detail = f"{column.name!r} must be unique, and this value is taken"
                return Invalid(detail, code="taken", status=409, flaws=[Flaw(f"/{column.key}", detail, "taken")])
        if "foreign key" in text:
            return Invalid(
                "another record refers to this one, or the one it refers to is gone", code="referred", status=409
            )
        return Invalid(f"the database refuses this record of {table.name}", code="clash", status=409)

    def _column(self, name: str, use: str) -> Any:
        shown = [column.key for column in self.model.__table__.columns if not _secret(column)]
        if name not in shown:
            known = ", ".join(shown)
            raise Invalid(
                f"unknown column {name!r} to {use} by; one of {known}", flaws=[Flaw(f"/{name}", "unknown column")]
            )
        return getattr(self.model, name)

    def _match(self, word: str) -> ColumnElement[bool]:
        pattern = word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = [getattr(self.model, name) for name in self.search]
        return or_(
            *(
                func.lower(column).like(f"%{pattern}%", escape="\\")
                for column in columns
                if isinstance(column.type, (String, Text)) and not isinstance(column.type, Uuid)
            )
        )

    def _beyond(self, column: Any, key: Any, after: str, descending: bool) -> ColumnElement[bool]:
        try:
            last = self.get(after)
        except NotFound as error:
            raise Invalid(f"{after!r} is not a cursor of this list; start again without it", code="cursor") from error
        value = getattr(last, column.key)
        further = key < last.id if descending else key > last.id
        if value is None:
            return and_(column.is_(None), further)
        value = literal(value, column.type)  # a bare True is refused by the comparison operators
        beyond = or_(column < value if descending else column > value, and_(column == value, further))
        return or_(beyond, column.is_(None)) if column.expression.nullable else beyond


def _secret(column: Any) -> bool:
    declared = column.info.get("rgpd")
    return isinstance(declared, Personal) and declared.secret
