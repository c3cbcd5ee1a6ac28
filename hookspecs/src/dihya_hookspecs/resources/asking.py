"""From the texts of an address to a Query: one grammar for every face that has a query string.

``genre=novel`` equals, ``genre=`` is empty, ``pages:gt=100`` asks with an operator, ``genre:in=novel&genre:in=poetry`` gives one
several values, ``author_id.name:contains=ami`` goes through a reference. ``sort=-pages,title`` orders, ``q`` searches.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Boolean, Enum, String

from .. import Flaw, Invalid, _reach
from ..fields.types import FieldType
from ..i18n import Text
from . import columns, filters, sentences
from .fitting import misfits
from .query import MOST, Query
from .reach import readable

if TYPE_CHECKING:
    from ..web import Resource

_WRONG = Text("the query is wrong; see errors", "la requête est erronée ; voyez les erreurs")
_TWICE = Text("is given more than once", "est donné plusieurs fois")
_SEARCH = Text(
    "this list cannot be searched; filter by a column", "cette liste n’offre pas de recherche ; filtrez par une colonne"
)
_WORDS = Text("must have at most 200 characters and 20 words", "doit compter au plus 200 caractères et 20 mots")
_LIMIT = Text("must be a whole number from 1 to 500", "doit être un nombre entier de 1 à 500")
_COLUMN = Text("unknown column; one of %(names)s", "colonne inconnue ; choisissez parmi %(names)s")
_OPERATOR = Text("unknown operator %(op)s; one of %(names)s", "opérateur %(op)s inconnu ; choisissez parmi %(names)s")
_PAIR = Text("must be given twice: from and to", "doit être donné deux fois : de et à")
_SORT = Text(
    "must be one of %(names)s, with - before it to reverse",
    "doit être l’une de ces colonnes : %(names)s, précédée de - pour inverser l’ordre",
)


def ask(resource: Resource, arguments: Mapping[str, Sequence[str]], *, limit: int, zone: tzinfo = UTC) -> Query:
    """Return the question that a query string asks of a list.

    Args:
        arguments: every parameter with its values, without those that only the face knows.
        limit: the number of records where ``limit`` is not given.
        zone: where a day begins that is said of moments: ``starts_at:le=2026-03-05`` goes to the end of that day.

    Raises:
        Invalid: with a flaw for every parameter that is unknown, repeated, or does not fit its column.
    """
    reader = _Reader(resource, zone)
    once = {name: reader.single(name, arguments.get(name, ())) for name in ("q", "sort", "limit", "after", "before")}
    asked = [reader.filter(name, values) for name, values in arguments.items() if name not in once]
    said = [each for each in asked if each is not None]
    silent = {name: value for name, value in resource.leaves_out.items() if name not in [each.field for each in said]}
    query = Query(
        reader.words(once["q"]),
        (*said, *(filters.Filter(name, "ne", value) for name, value in silent.items())),
        reader.sort(once["sort"]),
        reader.limit(once["limit"], limit),
        once["after"] or None,
        once["before"] or None,
    )
    if reader.flaws:
        raise Invalid(str(_WRONG), flaws=reader.flaws)
    return query


def sortable(resource: Resource) -> list[str]:
    """Return the columns by which the list can be sorted."""
    model, hidden = resource.service.model, _reach.hidden(resource.service.model, resource.service)
    shown = [name for name in columns.shown(model) if name not in hidden]
    return [name for name in shown if columns.Path((), getattr(model, name)).comparable]


class _Reader:
    """Reads one query string and collects everything that is wrong with it."""

    def __init__(self, resource: Resource, zone: tzinfo) -> None:
        self.resource, self.model, self.zone = resource, resource.service.model, zone
        self.flaws: list[Flaw] = []

    def single(self, name: str, values: Sequence[str]) -> str:
        """Return the one value of a parameter, empty when it is not given."""
        if len(values) > 1:
            self._flaw(name, str(_TWICE))
        if values and "\0" in values[0]:
            self._flaw(name, str(sentences.NUL))
        return values[0] if values else ""

    def words(self, text: str) -> str:
        """Return the search text."""
        if text and not self.resource.service.search:
            self._flaw("q", str(_SEARCH))
        if len(text) > 200 or len(text.split()) > 20:
            self._flaw("q", str(_WORDS))
        return text.strip()

    def limit(self, text: str, otherwise: int) -> int:
        """Return the number of records."""
        if not text:
            return otherwise
        if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST:
            return int(text)
        self._flaw("limit", str(_LIMIT))
        return otherwise

    def sort(self, text: str) -> tuple[str, ...]:
        """Return the columns of the order."""
        names = tuple(part.strip() for part in text.split(",")) if text else ()
        for name in names:
            path = self._path(name.removeprefix("-"), "sort")
            if path is None or not path.comparable:
                self._flaw("sort", str(_SORT) % {"names": ", ".join(sortable(self.resource))})
                return ()
        return names

    def filter(self, name: str, values: Sequence[str]) -> filters.Filter | None:
        """Return the condition that one parameter says."""
        field, _, said = name.partition(":")
        path = self._path(field, "filter")
        if path is None:
            self._flaw(name, str(_COLUMN) % {"names": ", ".join(sortable(self.resource))})
            return None
        op, possible = said or "eq", filters.operators(path)
        if op not in possible:
            self._flaw(name, str(_OPERATOR) % {"op": op[:20], "names": ", ".join(possible)})
            return None
        return self._asked(path, field, op, name, values)

    def _asked(
        self, path: columns.Path, field: str, op: filters.Operator, name: str, values: Sequence[str]
    ) -> filters.Filter | None:
        if op == "between" and len(values) != 2:
            self._flaw(name, str(_PAIR))
            return None
        if op not in ("in", "between"):
            values = [self.single(name, values)]
        ends = ("ge", "le") if op == "between" else (op,) * len(values)
        read = [self._value(path, end, name, text) for end, text in zip(ends, values, strict=True)]
        return filters.Filter(field, op, tuple(read) if op in ("in", "between") else read[0])

    def _value(self, path: columns.Path, op: str, name: str, text: str) -> Any:
        """Return the text as the type that the form declares, or the column where the form is silent; empty means null."""
        if op in ("contains", "startswith"):
            self._misfits({}, name, text)
            return text
        column = path.declared
        words = isinstance(columns.plain(path.kind), String)
        if text == "" and (column.nullable or path.steps) and not words and op in ("eq", "ne", "in"):
            return None
        if (edge := _edge(path, op, text, self.zone)) is not None:
            return edge
        kind = bool if op == "is_null" else self._type(path)
        try:
            value = TypeAdapter(kind).validate_strings(text)
        except ValidationError as error:
            self._flaw(name, sentences.complaint(error.errors(include_url=False, include_input=False)[0]))
            return None
        except OverflowError:
            self._flaw(name, str(sentences.SMALLER))
            return None
        if op == "is_null":  # yes or no, and no value of the column
            return value
        value = _stored(path, value)
        self._misfits({name: column}, name, value)
        return value

    def _type(self, path: columns.Path) -> Any:
        field = None if path.steps else self.resource.form.model_fields.get(path.column.key)
        if field is not None:
            return field.annotation
        if isinstance(path.kind, FieldType):
            return path.kind.annotation()
        return _python_type(path) or str

    def _path(self, name: str, use: str) -> columns.Path | None:
        try:
            path = columns.find(self.model, name, use, self._hidden)
        except Invalid:
            return None
        return path if all(readable(model) for _, model in path.steps) else None

    def _hidden(self, model: Any) -> frozenset[str]:
        return _reach.hidden(model, self.resource.service if model is self.model else None)

    def _misfits(self, known: Mapping[str, Any], name: str, value: Any) -> None:
        for flaw in misfits(known, {name: value}):
            self._flaw(name, flaw.detail)

    def _flaw(self, name: str, detail: str) -> None:
        flaw = Flaw(f"/{name}", detail, "query")
        if flaw not in self.flaws:
            self.flaws.append(flaw)


def _edge(path: columns.Path, op: str, text: str, zone: tzinfo) -> datetime | None:
    """Return where a day begins or ends, for a comparison of moments with a day; None for anything else."""
    if op not in ("ge", "gt", "le", "lt") or _python_type(path) is not datetime:
        return None
    try:
        begins = datetime.combine(date.fromisoformat(text), time(), zone)
        edge = begins if op in ("ge", "lt") else begins + timedelta(days=1) - timedelta(microseconds=1)
        return edge.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _python_type(path: columns.Path) -> Any:
    try:
        return path.kind.python_type
    except NotImplementedError:
        return None


def _stored(path: columns.Path, value: Any) -> Any:
    """Return a value as the column compares it: choices by their value, moments in UTC, addresses as text."""
    if isinstance(value, datetime):
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            return value
    if isinstance(columns.plain(path.kind), Enum | Boolean):
        return value
    if isinstance(value, enum.Enum):
        value = value.value
    return str(value) if isinstance(columns.plain(path.kind), String) and value is not None else value
